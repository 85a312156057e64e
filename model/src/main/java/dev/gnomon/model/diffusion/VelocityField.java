package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;

/** What a solver integrates: the velocity of a state at a time. */
@FunctionalInterface
public interface VelocityField {

  /**
   * The velocity of {@code state} at t; it belongs to the scope of the state's solve.
   *
   * @param t from 0 = noise to 1 = data; an adaptive solver may ask a little beyond 1
   */
  NDArray velocity(NDArray state, double t);
}
