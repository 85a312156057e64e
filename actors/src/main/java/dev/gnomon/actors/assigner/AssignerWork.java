package dev.gnomon.actors.assigner;

import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.Taps;

/**
 * The assigner's half of the training state, as the assigner uses it, on its lane alone. All of it
 * must be a function of the taps that were given, so that a resumed run ends as an untouched one.
 */
public interface AssignerWork extends AutoCloseable {

  /**
   * Takes the weights that the run starts from, if it was given some: a run from its beginning, not
   * one that is restored. Whoever wraps another passes it on.
   */
  default void initialize() {}

  /** Steps done. */
  long step();

  /**
   * Learns from the taps of {@link #step()}, which are given in the order of the steps.
   *
   * @throws dev.gnomon.model.training.NonFiniteLossException if the loss is not finite, or what the
   *     step would leave: the run goes back to its newest checkpoint and leaves this step out
   */
  AssignerStep step(Taps taps);

  /** Counts {@link #step()} and learns nothing; the version after it is like any other. */
  void skip();

  /**
   * Conditions of a step from the teacher's features, a row a code, [B, width] or those of the
   * patches, by the state as it was after {@code version} steps. Versions that the schedule
   * publishes are asked for until they are older than its oldest needed.
   */
  Conditions conditions(long step, long version, float[] features);

  /** What is learned here, as its loss is named among the measures of a run. */
  default String lossName() {
    return "sinkhorn_loss";
  }

  /**
   * Everything, in host memory. Samplers and evaluators read of it:
   *
   * <ul>
   *   <li>{@code ema.prototypes.weight}, F32 [K, width]: what an image of each code is sampled
   *       under;
   *   <li>{@code histogram}, F64 [K, any]: how often samples get each code, as sums of rows;
   *   <li>{@code layouts}, I64 [kept, patches], where each patch has a code: which codes those of
   *       an image have together;
   *   <li>{@code ema.projection_head.*}: what features pass before their dot products with the
   *       prototypes, of which the highest is the code; where it is left out, features are taken as
   *       they are.
   * </ul>
   */
  WeightSet save();

  /** Takes up what {@link #save} gave. */
  void restore(WeightSet saved);

  @Override
  void close();
}
