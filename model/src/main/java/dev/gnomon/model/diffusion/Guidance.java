package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;

/** Classifier-free guidance (Ho and Salimans, 2022) in the paper's form. */
public final class Guidance {

  private Guidance() {}

  /**
   * v_c + w (v_c - v_u): w = 0 is the conditional velocity.
   *
   * @param conditional v_c
   * @param unconditional v_u
   * @param strength w
   */
  public static NDArray velocity(NDArray conditional, NDArray unconditional, double strength) {
    return conditional.add(conditional.sub(unconditional).mul(strength));
  }
}
