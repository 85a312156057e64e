package dev.gnomon.actors;

import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.SavedFile;
import java.io.IOException;
import java.util.function.LongPredicate;

/** Where an owner of training state writes its half of a checkpoint, and reads it. Calls block. */
public interface CheckpointHalves extends CheckpointCopies {

  /**
   * A half that was written.
   *
   * @param location of the server that has it, as in {@code HalfSaved}
   */
  record Half(SavedFile file, String location) {}

  /** Writes a half, whole or not, to where a checkpointer takes it or fetches it from. */
  Half write(long step, long lineage, String half, WeightSet weights) throws IOException;

  /**
   * Removes an owner's halves that nobody has taken: those of older lineages, and of {@code
   * lineage} those that {@code which} tells by step.
   */
  void discard(String half, long lineage, LongPredicate which) throws IOException;
}
