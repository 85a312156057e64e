package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * A step of the method of Dormand and Prince of order 5(4), with torchdiffeq's step control (METHOD
 * 3.3), for one step size of a whole batch or one of each sample.
 *
 * @param state at the beginning of the step
 * @param next at its end
 * @param slopes the velocities of the stages, the first at the beginning, the last at the end
 * @param size of the step
 */
record DormandPrince(NDArray state, NDArray next, List<NDArray> slopes, Size size) {

  /** Step sizes, as factors. */
  @FunctionalInterface
  interface Size {

    /** {@code x} times a weight times the size of the step. */
    NDArray times(NDArray x, double weight);
  }

  /** Where in its step a stage looks. */
  @FunctionalInterface
  interface Stage {

    /**
     * The velocity within the step.
     *
     * @param share of the step, 1 = the last time before its end
     */
    NDArray velocity(NDArray state, double share);
  }

  /** How far into the step a point lies, as factors. */
  @FunctionalInterface
  interface Share {

    /** {@code x} times a power of the share of the step. */
    NDArray times(NDArray x, int power);
  }

  private static final double SAFETY = 0.9;
  private static final double LARGEST_GROWTH = 10;
  private static final double LARGEST_SHRINK = 0.2;
  private static final int ORDER = 5;

  private static final double[] TIMES = {1 / 5., 3 / 10., 4 / 5., 8 / 9., 1, 1};
  private static final double[][] STAGES = {
    {1 / 5.},
    {3 / 40., 9 / 40.},
    {44 / 45., -56 / 15., 32 / 9.},
    {19372 / 6561., -25360 / 2187., 64448 / 6561., -212 / 729.},
    {9017 / 3168., -355 / 33., 46732 / 5247., 49 / 176., -5103 / 18656.},
    {35 / 384., 0, 500 / 1113., 125 / 192., -2187 / 6784., 11 / 84.}
  };
  private static final double[] ERROR = {
    35 / 384. - 1951 / 21600.,
    0,
    500 / 1113. - 22642 / 50085.,
    125 / 192. - 451 / 720.,
    -2187 / 6784. + 12231 / 42400.,
    11 / 84. - 649 / 6300.,
    -1 / 60.
  };
  private static final double[] MIDDLE = {
    6025192743. / 30085553152. / 2,
    0,
    51252292925. / 65400821598. / 2,
    -2691868925. / 45128329728. / 2,
    187940372067. / 1594534317056. / 2,
    -1776094331. / 19743644256. / 2,
    11237099. / 235043384. / 2
  };

  /** Tries a step from {@code state}, whose velocity is {@code slope}. */
  static DormandPrince step(NDArray state, NDArray slope, Size size, Stage stage) {
    List<NDArray> slopes = new ArrayList<>(List.of(slope));
    NDArray next = state;
    for (int i = 0; i < STAGES.length; i++) {
      next = state.add(combine(slopes, STAGES[i], size));
      slopes.add(stage.velocity(next, TIMES[i]));
    }
    return new DormandPrince(state, next, slopes, size);
  }

  /** The velocity at the end. */
  NDArray last() {
    return slopes.get(slopes.size() - 1);
  }

  /** The estimate of the error in multiples of what is tolerated. */
  NDArray error(double relative, double absolute) {
    NDArray tolerated = state.abs().maximum(next.abs()).mul(relative).add(absolute);
    return combine(slopes, ERROR, size).div(tolerated);
  }

  /** The quartic through both ends, both slopes and the middle, at a share of the step. */
  NDArray at(Share share) {
    NDArray middle = state.add(combine(slopes, MIDDLE, size));
    NDArray f0 = slopes.get(0);
    NDArray f1 = last();
    NDArray a = size.times(f1.sub(f0), 2).sub(next.add(state).mul(8)).add(middle.mul(16));
    NDArray b =
        size.times(f0.mul(5).sub(f1.mul(3)), 1)
            .add(state.mul(18))
            .add(next.mul(14))
            .sub(middle.mul(32));
    NDArray c =
        size.times(f1.sub(f0.mul(4)), 1).sub(state.mul(11)).sub(next.mul(5)).add(middle.mul(16));
    NDArray d = size.times(f0, 1);
    return state
        .add(share.times(d, 1))
        .add(share.times(c, 2))
        .add(share.times(b, 3))
        .add(share.times(a, 4));
  }

  private static NDArray combine(List<NDArray> slopes, double[] weights, Size size) {
    NDArray sum = size.times(slopes.get(0), weights[0]);
    for (int i = 1; i < weights.length; i++) {
      if (weights[i] != 0) {
        sum = sum.add(size.times(slopes.get(i), weights[i]));
      }
    }
    return sum;
  }

  /**
   * A first guess at the size of the first step (Hairer, Norsett and Wanner, Solving Ordinary
   * Differential Equations I, II.4), with norms over what is tolerated.
   *
   * @param d0 norm of the state
   * @param d1 norm of the velocity
   * @param way that is to go: no step is longer, nor the look ahead, as torchdiffeq's would be
   *     where a flow begins at rest; fields may not be known that far beyond it
   */
  static double firstGuess(double d0, double d1, double way) {
    return d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : Math.min(0.01 * d0 / d1, way);
  }

  /**
   * The size of the first step.
   *
   * @param guess {@link #firstGuess}
   * @param d2 norm of the change of the velocity over the guess, divided by it
   */
  static double firstSize(double guess, double d1, double d2, double way) {
    double h1 =
        d1 <= 1e-15 && d2 <= 1e-15
            ? Math.max(1e-6, guess * 1e-3)
            : Math.pow(0.01 / Math.max(d1, d2), 1. / ORDER);
    return Math.min(Math.min(100 * guess, h1), way);
  }

  /**
   * The size of the step after one of {@code size}.
   *
   * @param ratio root mean square of the error in multiples of what is tolerated; up to 1 the step
   *     was taken
   */
  static double nextSize(double size, double ratio, double way) {
    if (ratio == 0) {
      return Math.min(size * LARGEST_GROWTH, way);
    }
    double shrink = ratio < 1 ? 1 : LARGEST_SHRINK;
    double growth =
        Math.min(LARGEST_GROWTH, Math.max(SAFETY / Math.pow(ratio, 1. / ORDER), shrink));
    return Math.min(size * growth, way);
  }

  /** What is said where the velocity is not a number. */
  static ArithmeticException notFinite(double t) {
    return new ArithmeticException(
        "the velocity is not finite near t = %.4f; the weights are damaged, or guidance is too strong"
            .formatted(t));
  }

  /** What is said where steps became too small to arrive. */
  static ArithmeticException tooMany(int steps, double t) {
    return new ArithmeticException(
        "dopri5 took %d steps and is at t = %.6f; loosen its tolerances".formatted(steps, t));
  }
}
