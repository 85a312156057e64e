package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;

/** Integrates a velocity field from noise to data or back. */
public interface Solver {

  /** The state at {@code to} that starts as {@code initial} at {@code from}. */
  Solution solve(NDArray initial, VelocityField field, double from, double to);

  /**
   * The end of an integration.
   *
   * @param evaluations how often the field was evaluated (NFE)
   * @param accepted steps taken
   * @param rejected steps tried and taken again, smaller
   */
  record Solution(NDArray state, int evaluations, int accepted, int rejected) {}

  /**
   * The solver of that name.
   *
   * @param name {@code euler} or {@code dopri5}
   * @param steps number of steps of a fixed-step solver
   */
  static Solver named(String name, int steps) {
    return switch (name) {
      case "euler" -> new Euler(steps);
      case "dopri5" -> new Dopri5(1e-5, 1e-5);
      default ->
          throw new IllegalArgumentException(
              "no solver is named " + name + "; there are euler and dopri5");
    };
  }
}
