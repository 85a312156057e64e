package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Integrates a velocity field from noise to data or, where it can, back. */
public interface Solver {

  /**
   * The state at {@code to} that starts as {@code initial} at {@code from}. It belongs to the
   * manager of {@code initial}, which stays as it is; what a step computes is freed after it.
   */
  Solution solve(NDArray initial, VelocityField field, double from, double to);

  /**
   * The end of an integration.
   *
   * @param evaluations how often the field was evaluated (NFE)
   * @param accepted steps taken
   * @param rejected steps tried and taken again, smaller
   */
  record Solution(NDArray state, int evaluations, int accepted, int rejected) {}

  /** One of a number of steps. */
  @FunctionalInterface
  interface Step {

    /** The state after step {@code index}, of the manager of the state before it. */
    NDArray next(NDArray state, int index);
  }

  /** The state after {@code count} steps, each in a manager of its own. */
  static NDArray run(NDArray initial, int count, Step step) {
    NDManager owner = initial.getManager();
    NDArray state = initial.duplicate();
    for (int i = 0; i < count; i++) {
      try (NDManager work = owner.newSubManager()) {
        state.attach(work);
        state = step.next(state, i);
        state.attach(owner);
      }
    }
    return state;
  }

  /** {@code count} as the steps of the solver {@code name}. */
  static int atLeast(int least, int count, String name) {
    if (count < least) {
      throw new IllegalArgumentException(
          "%s needs at least %d steps, got %d".formatted(name, least, count));
    }
    return count;
  }
}
