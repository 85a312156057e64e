package dev.gnomon.actors;

import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.SavedFile;
import java.io.IOException;

/** Where an owner of training state reads and writes its half of a checkpoint. Calls block. */
public interface CheckpointHalves {

  /** A half of the checkpoint in {@code directory}. */
  WeightSet read(String directory, String half) throws IOException;

  /** Writes a half beside where the checkpoint of that step and lineage will be; whole or not. */
  SavedFile write(long step, long lineage, String half, WeightSet weights) throws IOException;
}
