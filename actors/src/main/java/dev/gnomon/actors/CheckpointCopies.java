package dev.gnomon.actors;

import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.CheckpointOffered;
import java.io.IOException;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Checkpoints as a node gets at them, wherever they were written. */
public interface CheckpointCopies {

  /**
   * Halves of a checkpoint, by name. Blocks.
   *
   * @param halves which of them
   * @param wanted whether anyone still waits for them
   * @throws IOException if one of them can not be had as it was saved
   */
  Map<String, WeightSet> read(
      CheckpointOffered offered, Predicate<String> halves, BooleanSupplier wanted)
      throws IOException;
}
