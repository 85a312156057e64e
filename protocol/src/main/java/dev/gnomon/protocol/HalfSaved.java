package dev.gnomon.protocol;

import java.util.List;
import java.util.Map;

/**
 * One owner's half of a checkpoint is on disk, in the owner's folder.
 *
 * @param half {@code trunk} or {@code assigner}
 * @param notes what else the manifest should hold
 * @param location of the server that has it, for a checkpointer that does not see that folder;
 *     empty where none is needed
 */
public record HalfSaved(
    Lineage lineage,
    long step,
    String half,
    List<SavedFile> files,
    Map<String, String> notes,
    String location)
    implements CheckpointerMessage {
  public HalfSaved {
    files = List.copyOf(files);
    notes = Ordered.copy(notes);
  }
}
