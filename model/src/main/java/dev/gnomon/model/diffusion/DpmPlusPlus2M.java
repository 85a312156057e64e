package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * DPM-Solver++(2M) (Lu et al., 2022, arXiv 2211.01095, algorithm 2): with lambda = log(alpha /
 * sigma), h its growth over a step and D the estimate of the data, x_t = sigma_t / sigma_s x_s -
 * alpha_t (e^-h - 1) ((1 + 1 / 2r) D_s - 1 / 2r D_before), r = h_before / h; order 2, an evaluation
 * a step.
 *
 * <p>Steps are equal in t. The first and the last are of order 1, as in the authors' code (its
 * lower_order_final): lambda is infinite at the ends of some paths, and D hardly changes there.
 * e^-h = alpha_s sigma_t / (sigma_s alpha_t) is finite all the same. From data to noise the factor
 * sigma_t / sigma_s would blow up what is wrong in D, so it only goes from noise to data.
 */
public record DpmPlusPlus2M(int steps, ProbabilityPath path) implements Solver {

  public DpmPlusPlus2M {
    Solver.atLeast(1, steps, "dpm++2m");
  }

  @Override
  public Solution solve(NDArray initial, VelocityField field, double from, double to) {
    if (to < from) {
      throw new IllegalArgumentException("dpm++2m only goes from noise to data");
    }
    NDManager owner = initial.getManager();
    NDArray[] before = new NDArray[1]; // the estimate of the step before, of the owner
    NDArray end =
        Solver.run(
            initial,
            steps,
            (state, i) -> {
              if (i > 0) {
                before[0].attach(state.getManager()); // and freed with it
              }
              double s = time(i, from, to);
              double t = time(i + 1, from, to);
              NDArray velocity = field.velocity(state, s);
              field.onStep(state, velocity, s);
              NDArray data = path.data(state, velocity, s);
              double ratio = path.sigma(t) / path.sigma(s);
              NDArray next =
                  state
                      .mul(ratio)
                      .add(
                          extrapolated(data, before[0], i, from, to)
                              .mul(path.alpha(t) - path.alpha(s) * ratio));
              data.attach(owner);
              before[0] = data;
              return next;
            });
    before[0].close();
    return new Solution(end, steps, steps, 0);
  }

  /** The estimate in the middle of step i, from those at its beginning and a step before. */
  private NDArray extrapolated(NDArray data, NDArray before, int i, double from, double to) {
    if (i == 0 || i == steps - 1) {
      return data;
    }
    double now = path.lambda(time(i, from, to));
    double grown = now - path.lambda(time(i - 1, from, to));
    double share = (path.lambda(time(i + 1, from, to)) - now) / (2 * grown); // 1 / 2r
    return data.mul(1 + share).sub(before.mul(share));
  }

  private double time(int i, double from, double to) {
    return from + (to - from) * i / steps;
  }
}
