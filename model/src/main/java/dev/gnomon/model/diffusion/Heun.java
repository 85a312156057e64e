package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;

/**
 * Heun's method with equal steps, the trapezoidal rule on Euler's prediction; order 2, two
 * evaluations a step (Karras et al., 2022, without its Euler step at the end, which their sigma = 0
 * needs and no path of ours).
 */
public record Heun(int steps) implements Solver {

  public Heun {
    Solver.atLeast(1, steps, "heun");
  }

  @Override
  public Solution solve(NDArray initial, VelocityField field, double from, double to) {
    double size = (to - from) / steps;
    NDArray end =
        Solver.run(
            initial,
            steps,
            (state, i) -> {
              NDArray first = field.velocity(state, from + i * size);
              field.onStep(state, first, from + i * size);
              NDArray guess = state.add(first.mul(size));
              NDArray second = field.velocity(guess, from + (i + 1) * size);
              return state.add(first.add(second).mul(size / 2));
            });
    return new Solution(end, 2 * steps, steps, 0);
  }
}
