package dev.gnomon.tests.bench;

/**
 * What was measured at one value of a dimension; seconds are those of one training step.
 *
 * @param value of the dimension
 * @param flop of the trunk's step
 * @param step the trunk's training step alone; NaN where only the number of actors grows
 * @param base the same of the base, in turn with it, so that what slowed the machine met both alike
 * @param loop a step of the algorithm as one loop: trunk, teacher, assigner, draws and images, and
 *     the copy of the weights that a teacher sees; NaN where only the number of actors grows
 * @param actors a step of the actor system; its share of the scores, where these are waited for
 * @param overhead a step of the actor system around {@link HollowActors}
 */
record ScalingRow(
    int value, double flop, double step, double base, double loop, double actors, double overhead) {

  /** The same as a value of another dimension. */
  ScalingRow at(int other) {
    return new ScalingRow(other, flop, step, base, loop, actors, overhead);
  }

  /** The trunk's step where that was measured, else a step of the actors. */
  double time() {
    return Double.isNaN(step) ? actors : step;
  }

  /** The trunk's step over the base's. */
  double steps() {
    return step / base;
  }
}
