package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * The straight path from noise to data (Lipman et al., 2023; METHOD 1.1): x_t = t x + (1 - (1 - s)
 * t) n, with velocity u = x - (1 - s) n, the same at every t, and s = sigma-min.
 */
public record LinearPath(double sigmaMin) implements ProbabilityPath {

  /** sigma-min of the paper's code. */
  public static final LinearPath DEFAULT = new LinearPath(1e-4);

  @Override
  public double alpha(double t) {
    return t;
  }

  @Override
  public double sigma(double t) {
    return 1 - (1 - sigmaMin) * t;
  }

  @Override
  public double alphaRate(double t) {
    return 1;
  }

  @Override
  public double sigmaRate(double t) {
    return -(1 - sigmaMin);
  }

  /** In single precision, as the paper's code. */
  @Override
  public NDArray at(NDArray images, NDArray noise, float[] times) {
    NDArray t = images.getManager().create(times, new Shape(times.length, 1, 1, 1));
    return images.mul(t).add(noise.mul(t.mul(-(1 - sigmaMin)).add(1)));
  }

  @Override
  public NDArray velocity(NDArray images, NDArray noise, float[] times) {
    return images.sub(noise.mul(1 - sigmaMin));
  }
}
