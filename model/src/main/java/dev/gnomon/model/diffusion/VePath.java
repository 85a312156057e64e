package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;

/**
 * The variance-exploding path (Song et al., 2021): x_t = x + sigma n, sigma falling from 80 at t =
 * 0 to 0.002 at t = 1 by the same factor in the same time, so that t is a measure of log sigma. The
 * bounds are EDM's (Karras et al., 2022; METHOD 3.1).
 *
 * <p>A point is up to 80 times as large as an image, and its velocity more. The network therefore
 * sees and answers what EDM's does, both of variance 1: with d = 0.5, the standard deviation of
 * images in [-1, 1], and T^2 = sigma^2 + d^2, it sees x_t / T and answers F in the estimate of the
 * data (d / T)^2 x_t + (sigma d / T) F. So it learns F = (sigma / T) x / d - (d / T) n.
 */
public record VePath() implements ProbabilityPath {

  private static final double MOST = 80;
  private static final double LEAST = 0.002;
  private static final double RATE = StrictMath.log(MOST / LEAST);
  private static final double OF_DATA = 0.5;

  @Override
  public double alpha(double t) {
    return 1;
  }

  @Override
  public double sigma(double t) {
    return MOST * StrictMath.exp(-RATE * t);
  }

  @Override
  public double alphaRate(double t) {
    return 0;
  }

  @Override
  public double sigmaRate(double t) {
    return -RATE * sigma(t);
  }

  @Override
  public NDArray input(NDArray point, float[] times) {
    return point.mul(ProbabilityPath.column(point, times, t -> 1 / total(t)));
  }

  @Override
  public NDArray target(NDArray images, NDArray noise, float[] times) {
    return images
        .mul(ProbabilityPath.column(images, times, t -> share(t) / OF_DATA))
        .sub(noise.mul(ProbabilityPath.column(noise, times, t -> OF_DATA / total(t))));
  }

  /** The data less the point, times the rate at which log sigma falls. */
  @Override
  public NDArray velocityOf(NDArray output, NDArray point, float[] times) {
    return output
        .mul(ProbabilityPath.column(output, times, t -> RATE * sigma(t) * OF_DATA / total(t)))
        .sub(point.mul(ProbabilityPath.column(point, times, t -> RATE * share(t) * share(t))));
  }

  /** T, the standard deviation of a point. */
  private double total(double t) {
    return StrictMath.hypot(sigma(t), OF_DATA);
  }

  /** sigma / T, the share of the noise in it. */
  private double share(double t) {
    return sigma(t) / total(t);
  }
}
