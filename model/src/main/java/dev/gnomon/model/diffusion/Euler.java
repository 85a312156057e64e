package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;

/** Euler's method with equal steps; order 1, an evaluation a step. */
public record Euler(int steps) implements Solver {

  public Euler {
    Solver.atLeast(1, steps, "euler");
  }

  @Override
  public Solution solve(NDArray initial, VelocityField field, double from, double to) {
    double size = (to - from) / steps;
    NDArray end =
        Solver.run(
            initial,
            steps,
            (state, i) -> {
              NDArray velocity = field.velocity(state, from + i * size);
              field.onStep(state, velocity, from + i * size);
              return state.add(velocity.mul(size));
            });
    return new Solution(end, steps, steps, 0);
  }
}
