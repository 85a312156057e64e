package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;

/** The classical method of Runge and Kutta with equal steps; order 4, four evaluations a step. */
public record Rk4(int steps) implements Solver {

  public Rk4 {
    Solver.atLeast(1, steps, "rk4");
  }

  @Override
  public Solution solve(NDArray initial, VelocityField field, double from, double to) {
    double size = (to - from) / steps;
    NDArray end =
        Solver.run(
            initial,
            steps,
            (state, i) -> {
              double t = from + i * size;
              NDArray k1 = field.velocity(state, t);
              field.onStep(state, k1, t);
              NDArray k2 = field.velocity(state.add(k1.mul(size / 2)), t + size / 2);
              NDArray k3 = field.velocity(state.add(k2.mul(size / 2)), t + size / 2);
              NDArray k4 = field.velocity(state.add(k3.mul(size)), from + (i + 1) * size);
              return state.add(k1.add(k4).add(k2.add(k3).mul(2)).mul(size / 6));
            });
    return new Solution(end, 4 * steps, steps, 0);
  }
}
