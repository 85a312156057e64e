package dev.gnomon.protocol;

import java.util.List;

/**
 * What a checkpoint is made of, and where its files can be had.
 *
 * @param directory where it lies, as the checkpointer sees it
 * @param location of the server that has its files; empty where none is needed
 * @param files empty where there is no checkpoint of that step, or not any more
 */
public record CheckpointOffered(
    Lineage lineage, long step, String directory, String location, List<SavedFile> files)
    implements TrainerMessage, AssignerMessage, EvaluatorMessage {
  public CheckpointOffered {
    files = List.copyOf(files);
  }
}
