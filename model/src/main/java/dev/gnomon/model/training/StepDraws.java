package dev.gnomon.model.training;

import dev.gnomon.model.data.ImageBatch;

/** Where the draws of a step come from; trainer and teacher must have them from the same source. */
@FunctionalInterface
public interface StepDraws {

  /** What the step of {@code batch} draws. */
  Draws of(ImageBatch batch);

  /** The draws of a run's seed: a function of (seed, purpose, step) alone. */
  static StepDraws seeded(TrainingSettings settings) {
    return batch -> Draws.of(settings, batch);
  }
}
