package dev.gnomon.model.diffusion;

/**
 * The noise that a stochastic solver draws: a function of its step and of the sample's place alone.
 */
@FunctionalInterface
public interface StepNoise {

  /** No noise, for solvers that draw none. */
  StepNoise NONE =
      (step, count) -> {
        throw new IllegalStateException("this integration has no noise to draw");
      };

  /** Standard normal deviates for {@code count} values at a step. */
  float[] of(int step, int count);
}
