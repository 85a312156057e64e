package dev.gnomon.actors.trainer;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.TrunkStep;

/** The trunk's half of the training state, as the trainer uses it, on its lane alone. */
public interface TrunkWork extends AutoCloseable {

  /**
   * Takes the weights that the run starts from, if it was given some: a run from its beginning, not
   * one that is restored. Whoever wraps another passes it on.
   */
  default void initialize() {}

  /** Steps done. */
  long step();

  /**
   * Trains the next step.
   *
   * @throws dev.gnomon.model.training.NonFiniteLossException if the loss or the gradient is not
   *     finite
   */
  TrunkStep step(ImageBatch batch, Conditions conditions);

  /** Counts the next step and trains nothing. */
  void skip();

  /** The moving average after {@link #step()} steps, in host memory. */
  WeightSet version();

  /** Everything, in host memory. */
  WeightSet save();

  /** Takes up what {@link #save} gave. */
  void restore(WeightSet saved);

  @Override
  void close();
}
