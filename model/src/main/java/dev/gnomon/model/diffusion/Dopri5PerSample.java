package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * {@link Dopri5} with time, step size and error norm of each sample its own (METHOD 3.3): each
 * takes the steps that it would take alone, so it does not depend on who shares its batch. A norm
 * of each sample with common steps would not do: the slowest sample's steps would be all samples'.
 *
 * <p>The field is evaluated for the whole batch, at a time for each sample, until the last one is
 * there; those that are wait, so that shapes stay the same. Evaluations, accepted and rejected are
 * those of the sample that took longest: 2 + 6 (accepted + rejected).
 *
 * @param relative relative tolerance
 * @param absolute absolute tolerance
 */
public record Dopri5PerSample(double relative, double absolute) implements Solver {

  public Dopri5PerSample {
    new Dopri5(relative, absolute);
  }

  @Override
  public Solution solve(NDArray initial, VelocityField field, double from, double to) {
    if (to < from) {
      return solve(initial, field.reversed(), -from, -to);
    }
    return new Integration(initial, field, from, to).solve(initial);
  }

  /** Where each sample is. */
  private final class Integration {

    private final NDManager owner;
    private final VelocityField field;
    private final double to;
    private final double way;
    private final int samples;
    private final Shape column; // a value for each sample, broadcast over the others
    private final boolean wide;
    private final double[] t;
    private final double[] size; // 0 where a sample is at the end
    private final int[] accepted;
    private final int[] rejected;

    Integration(NDArray initial, VelocityField field, double from, double to) {
      this.owner = initial.getManager();
      this.field = field;
      this.to = to;
      this.way = to - from;
      this.samples = Math.toIntExact(initial.getShape().get(0));
      long[] dimensions = new long[initial.getShape().dimension()];
      Arrays.fill(dimensions, 1);
      dimensions[0] = samples;
      this.column = new Shape(dimensions);
      this.wide = initial.getDataType() == DataType.FLOAT64;
      this.t = new double[samples];
      Arrays.fill(t, from);
      this.size = new double[samples];
      this.accepted = new int[samples];
      this.rejected = new int[samples];
    }

    Solution solve(NDArray initial) {
      NDArray state = initial.duplicate();
      NDArray slope;
      try (NDManager work = owner.newSubManager()) {
        state.attach(work);
        slope = field.velocity(state, t);
        firstSizes(state, slope);
        state.attach(owner);
        slope.attach(owner);
      }
      for (int round = 1; round <= Dopri5.MOST_STEPS; round++) {
        try (NDManager work = owner.newSubManager()) {
          state.attach(work);
          slope.attach(work);
          DormandPrince step = step(state, slope);
          double[] ratio = norms(step.error(relative, absolute));
          boolean[] taken = taken(ratio);
          boolean[] arrives = arrives(taken);
          NDArray end = chosen(taken, step.next(), state);
          state = anyOf(arrives) ? chosen(arrives, atTheEnd(step), end) : end;
          slope = chosen(taken, step.last(), slope);
          state.attach(owner);
          slope.attach(owner);
          advance(ratio, taken, arrives);
        }
        if (Arrays.stream(size).allMatch(each -> each == 0)) {
          slope.close();
          return solution(state, round);
        }
      }
      throw DormandPrince.tooMany(Dopri5.MOST_STEPS, Arrays.stream(t).min().orElse(to));
    }

    private Solution solution(NDArray state, int rounds) {
      int slowest = 0;
      while (accepted[slowest] + rejected[slowest] < rounds) {
        slowest++;
      }
      return new Solution(state, 2 + 6 * rounds, accepted[slowest], rejected[slowest]);
    }

    private DormandPrince step(NDArray state, NDArray slope) {
      return DormandPrince.step(
          state,
          slope,
          (x, weight) -> x.mul(each(x, i -> weight * size[i])),
          (x, share) ->
              field.velocity(
                  x,
                  all(
                      i ->
                          share == 1 && size[i] > 0
                              ? Math.nextDown(t[i] + size[i])
                              : t[i] + share * size[i])));
    }

    private void firstSizes(NDArray state, NDArray slope) {
      NDArray tolerated = state.abs().mul(relative).add(absolute);
      double[] d0 = norms(state.div(tolerated));
      double[] d1 = norms(slope.div(tolerated));
      double[] guess = all(i -> DormandPrince.firstGuess(d0[i], d1[i], way));
      NDArray moved = state.add(slope.mul(each(slope, i -> guess[i])));
      NDArray ahead = field.velocity(moved, all(i -> t[i] + guess[i]));
      double[] change = norms(ahead.sub(slope).div(tolerated));
      for (int i = 0; i < samples; i++) {
        size[i] = DormandPrince.firstSize(guess[i], d1[i], change[i] / guess[i], way);
        if (!Double.isFinite(size[i])) {
          throw DormandPrince.notFinite(t[i]);
        }
      }
    }

    private boolean[] taken(double[] ratio) {
      boolean[] taken = new boolean[samples];
      for (int i = 0; i < samples; i++) {
        if (size[i] > 0 && !Double.isFinite(ratio[i])) {
          throw DormandPrince.notFinite(t[i]);
        }
        taken[i] = size[i] > 0 && ratio[i] <= 1;
      }
      return taken;
    }

    private boolean[] arrives(boolean[] taken) {
      boolean[] arrives = new boolean[samples];
      for (int i = 0; i < samples; i++) {
        arrives[i] = taken[i] && t[i] + size[i] >= to;
      }
      return arrives;
    }

    private NDArray atTheEnd(DormandPrince step) {
      double[] share = all(i -> size[i] > 0 ? (to - t[i]) / size[i] : 0);
      return step.at((x, power) -> x.mul(each(x, i -> Dopri5.power(share[i], power))));
    }

    private void advance(double[] ratio, boolean[] taken, boolean[] arrives) {
      for (int i = 0; i < samples; i++) {
        if (size[i] == 0) {
          continue;
        }
        if (taken[i]) {
          accepted[i]++;
          t[i] = arrives[i] ? to : t[i] + size[i];
        } else {
          rejected[i]++;
        }
        size[i] = arrives[i] ? 0 : DormandPrince.nextSize(size[i], ratio[i], way);
      }
    }

    private static boolean anyOf(boolean[] of) {
      for (boolean one : of) {
        if (one) {
          return true;
        }
      }
      return false;
    }

    /** Rows of one where they are chosen, else of the other. */
    private NDArray chosen(boolean[] chosen, NDArray one, NDArray other) {
      NDArray mask = one.getManager().create(chosen, column).broadcast(one.getShape());
      return NDArrays.where(mask, one, other);
    }

    private double[] all(IntToDoubleFunction value) {
      double[] values = new double[samples];
      Arrays.setAll(values, value);
      return values;
    }

    private NDArray each(NDArray like, IntToDoubleFunction value) {
      double[] values = all(value);
      if (wide) {
        return like.getManager().create(values, column);
      }
      float[] single = new float[samples];
      for (int i = 0; i < samples; i++) {
        single[i] = (float) values[i];
      }
      return like.getManager().create(single, column);
    }

    private double[] norms(NDArray x) {
      NDArray means = x.square().reshape(samples, -1).mean(new int[] {1});
      double[] norms = new double[samples];
      float[] single = wide ? new float[0] : means.toFloatArray();
      double[] values = wide ? means.toDoubleArray() : new double[0];
      for (int i = 0; i < samples; i++) {
        norms[i] = Math.sqrt(wide ? values[i] : single[i]);
      }
      return norms;
    }
  }
}
