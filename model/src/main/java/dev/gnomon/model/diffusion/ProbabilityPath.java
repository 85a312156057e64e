package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.DoubleUnaryOperator;

/**
 * A Gaussian probability path between noise n and data x (Lipman et al., 2023; METHOD 3.1): x_t =
 * alpha(t) x + sigma(t) n, t running from 0 = noise to 1 = data. Its velocity is u = alpha'(t) x +
 * sigma'(t) n; the velocity that a network learns is its mean over all x and n that pass through
 * x_t, and tells data, noise and score there (Ma et al., SiT, 2024).
 *
 * <p>Coefficients are computed in float64 by {@link StrictMath}, so that they are the same bits on
 * every machine. Noise levels 1 - t are of the path's own time: 0.2 is another share of noise on
 * each path.
 */
public interface ProbabilityPath {

  /** The weight of the data at t. */
  double alpha(double t);

  /** The standard deviation of the noise at t. */
  double sigma(double t);

  /** d alpha / dt. */
  double alphaRate(double t);

  /** d sigma / dt. */
  double sigmaRate(double t);

  /** Training draws t from [0, this): less than 1 where the velocity is singular at the data. */
  default double trainingEnd() {
    return 1;
  }

  /** Where sampling ends; score, data and noise are known up to there. */
  default double samplingEnd() {
    return 1;
  }

  /**
   * Half the logarithm of the signal-to-noise ratio, log(alpha / sigma): -infinity without data.
   */
  default double lambda(double t) {
    return StrictMath.log(alpha(t) / sigma(t));
  }

  /**
   * The point at t.
   *
   * @param images x [B, C, H, W]
   * @param noise n [B, C, H, W]
   * @param times t [B]
   */
  default NDArray at(NDArray images, NDArray noise, float[] times) {
    return images
        .mul(column(images, times, this::alpha))
        .add(noise.mul(column(noise, times, this::sigma)));
  }

  /** The velocity from noise to images at t, [B, C, H, W]. */
  default NDArray velocity(NDArray images, NDArray noise, float[] times) {
    return images
        .mul(column(images, times, this::alphaRate))
        .add(noise.mul(column(noise, times, this::sigmaRate)));
  }

  /** What the network sees of a point at t: the point itself where its size is that of images. */
  default NDArray input(NDArray point, float[] times) {
    return point;
  }

  /** What the network learns to answer at a point: the velocity, or what tells it better. */
  default NDArray target(NDArray images, NDArray noise, float[] times) {
    return velocity(images, noise, times);
  }

  /** The velocity that an answer of the network means. */
  default NDArray velocityOf(NDArray output, NDArray point, float[] times) {
    return output;
  }

  /** The estimate of the data: (sigma v - sigma' x_t) / (sigma alpha' - sigma' alpha). */
  default NDArray data(NDArray point, NDArray velocity, double t) {
    double scale = sigma(t) * alphaRate(t) - sigmaRate(t) * alpha(t);
    return velocity.mul(sigma(t) / scale).sub(point.mul(sigmaRate(t) / scale));
  }

  /** The estimate of the noise: (alpha' x_t - alpha v) / (sigma alpha' - sigma' alpha). */
  default NDArray noise(NDArray point, NDArray velocity, double t) {
    double scale = sigma(t) * alphaRate(t) - sigmaRate(t) * alpha(t);
    return point.mul(alphaRate(t) / scale).sub(velocity.mul(alpha(t) / scale));
  }

  /** The score, the gradient of the logarithm of the density at t: the noise over -sigma. */
  default NDArray score(NDArray point, NDArray velocity, double t) {
    return noise(point, velocity, t).mul(-1 / sigma(t));
  }

  /** A coefficient of each image, [B, 1, 1, 1], in the precision of {@code like}. */
  static NDArray column(NDArray like, float[] times, DoubleUnaryOperator coefficient) {
    Shape shape = new Shape(times.length, 1, 1, 1);
    double[] values = new double[times.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = coefficient.applyAsDouble(times[i]);
    }
    if (like.getDataType() == DataType.FLOAT64) {
      return like.getManager().create(values, shape);
    }
    float[] single = new float[values.length];
    for (int i = 0; i < single.length; i++) {
      single[i] = (float) values[i];
    }
    return like.getManager().create(single, shape);
  }
}
