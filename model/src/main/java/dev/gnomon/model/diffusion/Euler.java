package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;

/** Euler's method with equal steps; order 1. */
public record Euler(int steps) implements Solver {

  public Euler {
    if (steps < 1) {
      throw new IllegalArgumentException("Euler needs at least 1 step, got " + steps);
    }
  }

  @Override
  public Solution solve(NDArray initial, VelocityField field, double from, double to) {
    NDArray state = initial;
    double size = (to - from) / steps;
    for (int i = 0; i < steps; i++) {
      state = state.add(field.velocity(state, from + i * size).mul(size));
    }
    return new Solution(state, steps, steps, 0);
  }
}
