package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;

/** What a solver integrates: the velocity of a state at a time. */
@FunctionalInterface
public interface VelocityField {

  /**
   * The velocity of {@code state} at t, which belongs to the state's manager as all that is
   * computed on the way.
   *
   * @param t from 0 = noise to 1 = data; an adaptive solver may ask a little beyond where it goes
   */
  NDArray velocity(NDArray state, double t);

  /**
   * The velocity where each sample is at a time of its own; one after another, unless the field
   * knows better.
   *
   * @param state [B, ...]
   * @param times t [B]
   */
  default NDArray velocity(NDArray state, double[] times) {
    NDList rows = new NDList();
    for (int i = 0; i < times.length; i++) {
      rows.add(velocity(state.get("%d:%d".formatted(i, i + 1)), times[i]));
    }
    return NDArrays.concat(rows);
  }

  /**
   * A solver whose samples share their steps begins one: told to fields that want to know, before
   * anything is freed.
   */
  default void onStep(NDArray state, NDArray velocity, double t) {}

  /** The same with time running the other way. */
  default VelocityField reversed() {
    VelocityField forward = this;
    return new VelocityField() {
      @Override
      public NDArray velocity(NDArray state, double t) {
        return forward.velocity(state, -t).neg();
      }

      @Override
      public NDArray velocity(NDArray state, double[] times) {
        double[] back = new double[times.length];
        for (int i = 0; i < back.length; i++) {
          back[i] = -times[i];
        }
        return forward.velocity(state, back).neg();
      }
    };
  }
}
