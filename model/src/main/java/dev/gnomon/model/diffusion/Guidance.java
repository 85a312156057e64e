package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;

/**
 * When and how far the conditional velocity is led away from the unconditional one: classifier-free
 * guidance (Ho and Salimans, 2022) in the paper's form, within an interval of noise levels
 * (Kynkaanniemi et al., 2024), and for each sample until both agree: from the first evaluation on
 * at which the cosine similarity of the network's two answers reaches a threshold, the
 * unconditional one is not asked for any more (Adaptive Guidance, Castillo et al., 2023, who
 * compare estimates of the noise; those agree near pure noise whatever the condition, velocities do
 * not).
 *
 * @param strength w of v = v_c + w (v_c - v_u); 0 = none
 * @param noiseFrom least noise level 1 - t, of the path's time, with guidance; 0 = to the very end
 * @param noiseTo greatest one; 1 = from the very beginning
 * @param stopSimilarity the threshold; 1 = never stop
 */
public record Guidance(double strength, double noiseFrom, double noiseTo, double stopSimilarity) {

  private static final double ROUNDING = 1e-9;

  /** No guidance. */
  public static final Guidance NONE = of(0);

  /** Guidance from beginning to end. */
  public static Guidance of(double strength) {
    return new Guidance(strength, 0, 1, 1);
  }

  /** The same with another strength. */
  public Guidance withStrength(double other) {
    return new Guidance(other, noiseFrom, noiseTo, stopSimilarity);
  }

  /** The same without a stop, for which time would have to run from noise to data. */
  Guidance withoutStop() {
    return new Guidance(strength, noiseFrom, noiseTo, 1);
  }

  /** Whether there is guidance at t; at the bounds there is, whatever rounding makes of 1 - t. */
  boolean on(double t) {
    return strength != 0
        && (noiseFrom == 0 || 1 - t >= noiseFrom - ROUNDING)
        && (noiseTo == 1 || 1 - t <= noiseTo + ROUNDING);
  }

  /** Whether similarities have to be known. */
  boolean mayStop() {
    return stopSimilarity < 1;
  }

  /** Whether a sample whose branches are as similar as this goes on without guidance. */
  boolean stopsAt(double similarity) {
    return mayStop() && similarity >= stopSimilarity;
  }

  /** v_c + w (v_c - v_u): w = 0 is the conditional velocity. */
  static NDArray velocity(NDArray conditional, NDArray unconditional, double strength) {
    return conditional.add(conditional.sub(unconditional).mul(strength));
  }
}
