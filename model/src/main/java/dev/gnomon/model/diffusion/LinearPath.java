package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;

/**
 * The straight path from noise to data (Lipman et al., 2023; METHOD 1.1): t runs from 0 = noise to
 * 1 = data, x_t = t x + (1 - (1 - s) t) n, with velocity u = x - (1 - s) n and s = sigma-min.
 */
public record LinearPath(double sigmaMin) {

  /** sigma-min of the paper's code. */
  public static final LinearPath DEFAULT = new LinearPath(1e-4);

  /**
   * The point at t.
   *
   * @param images x [B, C, H, W]
   * @param noise n [B, C, H, W]
   * @param times t [B]
   */
  public NDArray at(NDArray images, NDArray noise, NDArray times) {
    NDArray t = times.reshape(-1, 1, 1, 1);
    return images.mul(t).add(noise.mul(t.mul(-(1 - sigmaMin)).add(1)));
  }

  /** The velocity to learn, the same at every t. */
  public NDArray velocity(NDArray images, NDArray noise) {
    return images.sub(noise.mul(1 - sigmaMin));
  }

  /** The estimate of the data from a point and the velocity there: x_t + (1 - t) v. */
  public NDArray data(NDArray point, NDArray velocity, double t) {
    return point.add(velocity.mul(1 - t));
  }
}
