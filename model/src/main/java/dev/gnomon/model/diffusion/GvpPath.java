package dev.gnomon.model.diffusion;

/**
 * The generalised variance-preserving path on a quarter of a circle (Albergo and Vanden-Eijnden,
 * 2023; SiT; METHOD 3.1): alpha = sin(pi t / 2), sigma = cos(pi t / 2). Its velocity is finite
 * everywhere.
 */
public record GvpPath() implements ProbabilityPath {

  private static final double QUARTER = Math.PI / 2;

  @Override
  public double alpha(double t) {
    return StrictMath.sin(QUARTER * t);
  }

  @Override
  public double sigma(double t) {
    return StrictMath.cos(QUARTER * t);
  }

  @Override
  public double alphaRate(double t) {
    return QUARTER * sigma(t);
  }

  @Override
  public double sigmaRate(double t) {
    return -QUARTER * alpha(t);
  }
}
