package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * The Dormand-Prince method of order 5(4) with the step control of torchdiffeq (METHOD 3.3).
 *
 * <p>The error norm is the root mean square over the whole state, batch included, so step sizes
 * depend on the batch. Steps are not clipped at the end: the last one overshoots, and the result is
 * the quartic interpolant there. Evaluations are 2 + 6 (accepted + rejected). Other than
 * torchdiffeq's, no step is longer than the whole way.
 *
 * @param relative relative tolerance
 * @param absolute absolute tolerance
 */
public record Dopri5(double relative, double absolute) implements Solver {

  static final int MOST_STEPS = 100_000;

  public Dopri5 {
    if (!(relative >= 0) || !(absolute > 0)) {
      throw new IllegalArgumentException(
          "tolerances must be positive, got %s and %s".formatted(relative, absolute));
    }
  }

  @Override
  public Solution solve(NDArray initial, VelocityField field, double from, double to) {
    if (to < from) {
      return solve(initial, field.reversed(), -from, -to);
    }
    NDManager owner = initial.getManager();
    NDArray state = initial.duplicate();
    NDArray slope;
    double size;
    try (NDManager work = owner.newSubManager()) {
      state.attach(work);
      slope = field.velocity(state, from);
      size = firstSize(state, slope, field, from, to - from);
      state.attach(owner);
      slope.attach(owner);
    }
    double t = from;
    double told = Double.NaN; // the last step whose beginning was told
    int accepted = 0;
    int rejected = 0;
    while (accepted + rejected < MOST_STEPS) {
      try (NDManager work = owner.newSubManager()) {
        state.attach(work);
        slope.attach(work);
        if (t != told) {
          field.onStep(state, slope, t);
          told = t;
        }
        DormandPrince step = step(state, slope, field, t, size);
        double ratio = norm(step.error(relative, absolute));
        if (!Double.isFinite(ratio)) {
          throw DormandPrince.notFinite(t);
        }
        double end = t + size;
        if (ratio <= 1) {
          accepted++;
          if (end >= to) {
            double share = (to - t) / size;
            NDArray result = step.at((x, power) -> x.mul(power(share, power)));
            result.attach(owner);
            return new Solution(result, 2 + 6 * (accepted + rejected), accepted, rejected);
          }
          state = step.next();
          slope = step.last();
          t = end;
        } else {
          rejected++;
        }
        state.attach(owner);
        slope.attach(owner);
        size = DormandPrince.nextSize(size, ratio, to - from);
      }
    }
    throw DormandPrince.tooMany(MOST_STEPS, t);
  }

  private static DormandPrince step(
      NDArray state, NDArray slope, VelocityField field, double t, double size) {
    return DormandPrince.step(
        state,
        slope,
        (x, weight) -> x.mul(weight * size),
        (x, share) -> field.velocity(x, share == 1 ? Math.nextDown(t + size) : t + share * size));
  }

  private double firstSize(
      NDArray state, NDArray slope, VelocityField field, double t, double way) {
    NDArray tolerated = state.abs().mul(relative).add(absolute);
    double d1 = norm(slope.div(tolerated));
    double guess = DormandPrince.firstGuess(norm(state.div(tolerated)), d1, way);
    NDArray ahead = field.velocity(state.add(slope.mul(guess)), t + guess);
    double d2 = norm(ahead.sub(slope).div(tolerated)) / guess;
    return DormandPrince.firstSize(guess, d1, d2, way);
  }

  private static double norm(NDArray x) {
    NDArray mean = x.square().mean();
    return Math.sqrt(
        switch (mean.getDataType()) {
          case FLOAT64 -> mean.getDouble();
          default -> mean.getFloat();
        });
  }

  static double power(double x, int power) {
    double product = x;
    for (int i = 1; i < power; i++) {
      product *= x;
    }
    return product;
  }
}
