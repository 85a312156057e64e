package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * The Dormand-Prince method of order 5(4) with the step control of torchdiffeq (METHOD 3.3).
 *
 * <p>The error norm is the root mean square over the whole state, batch included, so step sizes
 * depend on the batch. Steps are not clipped at the end: the last one overshoots, and the result is
 * the quartic interpolant there. Evaluations are 2 + 6 (accepted + rejected).
 *
 * @param relative relative tolerance
 * @param absolute absolute tolerance
 */
public record Dopri5(double relative, double absolute) implements Solver {

  private static final double SAFETY = 0.9;
  private static final double LARGEST_GROWTH = 10;
  private static final double LARGEST_SHRINK = 0.2;
  private static final int ORDER = 5;
  private static final int MOST_STEPS = 100_000;

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

  public Dopri5 {
    if (!(relative >= 0) || !(absolute > 0)) {
      throw new IllegalArgumentException(
          "tolerances must be positive, got %s and %s".formatted(relative, absolute));
    }
  }

  @Override
  public Solution solve(NDArray initial, VelocityField field, double from, double to) {
    if (to < from) {
      VelocityField backwards = (state, t) -> field.velocity(state, -t).neg();
      return solve(initial, backwards, -from, -to);
    }
    NDArray state = initial;
    NDArray slope = field.velocity(state, from);
    double t = from;
    double size = initialStep(state, slope, field, from);
    int accepted = 0;
    int rejected = 0;
    while (accepted + rejected < MOST_STEPS) {
      double end = t + size;
      List<NDArray> slopes = new ArrayList<>(List.of(slope));
      NDArray next = state;
      for (int i = 0; i < STAGES.length; i++) {
        next = state.add(combine(slopes, STAGES[i], size));
        double at = TIMES[i] == 1 ? Math.nextDown(end) : t + TIMES[i] * size;
        slopes.add(field.velocity(next, at));
      }
      NDArray error = combine(slopes, ERROR, size);
      NDArray tolerance = scale(state.abs().maximum(next.abs()));
      double ratio = norm(error.div(tolerance));
      if (!Double.isFinite(ratio)) {
        throw new ArithmeticException(
            "the velocity is not finite near t = %.4f; the weights are damaged".formatted(t));
      }
      NDArray last = slopes.get(slopes.size() - 1);
      if (ratio <= 1) {
        accepted++;
        if (end >= to) {
          NDArray middle = state.add(combine(slopes, MIDDLE, size));
          NDArray result = interpolate(state, next, middle, slope, last, size, (to - t) / size);
          return new Solution(result, 2 + 6 * (accepted + rejected), accepted, rejected);
        }
        state = next;
        slope = last;
        t = end;
      } else {
        rejected++;
      }
      size = nextStep(size, ratio);
    }
    throw new ArithmeticException(
        "dopri5 took %d steps and is at t = %.6f; loosen its tolerances".formatted(MOST_STEPS, t));
  }

  private NDArray scale(NDArray magnitude) {
    return magnitude.mul(relative).add(absolute);
  }

  private static double norm(NDArray x) {
    NDArray mean = x.square().mean();
    return Math.sqrt(
        switch (mean.getDataType()) {
          case FLOAT64 -> mean.getDouble();
          default -> mean.getFloat();
        });
  }

  private static NDArray combine(List<NDArray> slopes, double[] weights, double size) {
    NDArray sum = slopes.get(0).mul(weights[0] * size);
    for (int i = 1; i < weights.length; i++) {
      if (weights[i] != 0) {
        sum = sum.add(slopes.get(i).mul(weights[i] * size));
      }
    }
    return sum;
  }

  /** Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, II.4. */
  private double initialStep(NDArray state, NDArray slope, VelocityField field, double t) {
    NDArray scale = scale(state.abs());
    double d0 = norm(state.div(scale));
    double d1 = norm(slope.div(scale));
    double h0 = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1;
    NDArray ahead = field.velocity(state.add(slope.mul(h0)), t + h0);
    double d2 = norm(ahead.sub(slope).div(scale)) / h0;
    double h1 =
        d1 <= 1e-15 && d2 <= 1e-15
            ? Math.max(1e-6, h0 * 1e-3)
            : Math.pow(0.01 / Math.max(d1, d2), 1. / ORDER);
    return Math.min(100 * h0, h1);
  }

  private static double nextStep(double size, double ratio) {
    if (ratio == 0) {
      return size * LARGEST_GROWTH;
    }
    double shrink = ratio < 1 ? 1 : LARGEST_SHRINK;
    return size * Math.min(LARGEST_GROWTH, Math.max(SAFETY / Math.pow(ratio, 1. / ORDER), shrink));
  }

  /** The quartic through both ends, both slopes and the middle, at share x of the step. */
  private static NDArray interpolate(
      NDArray y0, NDArray y1, NDArray middle, NDArray f0, NDArray f1, double size, double x) {
    NDArray a = f1.sub(f0).mul(2 * size).sub(y1.add(y0).mul(8)).add(middle.mul(16));
    NDArray b =
        f0.mul(5).sub(f1.mul(3)).mul(size).add(y0.mul(18)).add(y1.mul(14)).sub(middle.mul(32));
    NDArray c = f1.sub(f0.mul(4)).mul(size).sub(y0.mul(11)).sub(y1.mul(5)).add(middle.mul(16));
    NDArray d = f0.mul(size);
    return y0.add(d.mul(x)).add(c.mul(x * x)).add(b.mul(x * x * x)).add(a.mul(x * x * x * x));
  }
}
