package dev.gnomon.model.diffusion;

/**
 * The noise that a stochastic solver draws: a function of its step and of the sample's place alone.
 */
@FunctionalInterface
public interface StepNoise {

  /** No noise, for solvers that draw none. */
  StepNoise NONE =
      (step, count) -> {
        throw new IllegalStateException(
            "there is no noise for the steps of a stochastic solver here; take another");
      };

  /** Standard normal deviates for {@code count} values at a step. */
  float[] of(int step, int count);
}
