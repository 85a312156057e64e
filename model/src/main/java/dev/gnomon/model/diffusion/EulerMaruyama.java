package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * The method of Euler and Maruyama on SiT's stochastic equation dx = (v + w score) dt + sqrt(2 w)
 * dW, which has the distributions of the flow at every t (Ma et al., 2024; METHOD 3.2). An
 * evaluation a step.
 *
 * <p>As SiT samples: the last step, of size 0.04, adds no noise (its "Mean"), and those before it
 * are equal. With {@link DiffusionForm#SBDM} on a path without data at t = 0, whose weight is
 * infinite there, t begins at 1e-3. It only goes from noise to data.
 *
 * <p>Unlike SiT's, a step never goes further along the score than to the mean of what the image may
 * be: w is at most sigma^2 / step. The score of an image that is nearly known is -noise / sigma,
 * and each step without that bound would turn noise over and enlarge it, or, at the end, put in as
 * much as was there in the beginning (so does w = 1 in SiT's last step). With w = sigma on the
 * linear and the GVP path the bound is never reached.
 */
public record EulerMaruyama(
    int steps, DiffusionForm diffusion, ProbabilityPath path, StepNoise noise) implements Solver {

  private static final double LAST_STEP = 0.04;
  private static final double FIRST_TIME = 1e-3;

  public EulerMaruyama {
    Solver.atLeast(2, steps, "euler-maruyama");
  }

  @Override
  public Solution solve(NDArray initial, VelocityField field, double from, double to) {
    if (to < from) {
      throw new IllegalArgumentException("euler-maruyama only goes from noise to data");
    }
    boolean infinite = diffusion == DiffusionForm.SBDM && path.alpha(from) == 0;
    double first = infinite ? from + FIRST_TIME : from;
    double size = (to - LAST_STEP - first) / (steps - 1);
    NDArray end =
        Solver.run(
            initial,
            steps,
            (state, i) -> {
              double t = first + i * size;
              double weight = weight(t, i == steps - 1 ? LAST_STEP : size);
              NDArray velocity = field.velocity(state, t);
              field.onStep(state, velocity, t);
              NDArray drift = velocity.add(path.score(state, velocity, t).mul(weight));
              if (i == steps - 1) {
                return state.add(drift.mul(LAST_STEP));
              }
              NDArray spread = drawn(state, i).mul(Math.sqrt(2 * weight * size));
              return state.add(drift.mul(size)).add(spread);
            });
    return new Solution(end, steps, steps, 0);
  }

  /** w at t, in a step of that size. */
  double weight(double t, double size) {
    double sigma = path.sigma(t);
    return Math.min(diffusion.weight(path, t), sigma * sigma / size);
  }

  private NDArray drawn(NDArray state, int step) {
    float[] normals = noise.of(step, Math.toIntExact(state.size()));
    if (state.getDataType() != DataType.FLOAT64) {
      return state.getManager().create(normals, state.getShape());
    }
    double[] wide = new double[normals.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = normals[i];
    }
    return state.getManager().create(wide, state.getShape());
  }
}
