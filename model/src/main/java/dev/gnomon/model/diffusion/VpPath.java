package dev.gnomon.model.diffusion;

/**
 * The variance-preserving path of Song et al. (2021) with the linear schedule of DDPM, beta from
 * 0.1 to 20, as SiT has it (METHOD 3.1): log alpha = -(1 - t)^2 (20 - 0.1) / 4 - (1 - t) 0.1 / 2,
 * sigma = sqrt(1 - alpha^2).
 *
 * <p>sigma' has no bound at the data: SiT trains up to 1 - 1e-5 and samples up to 1 - 1e-3. At t =
 * 0 there are 0.7 % of the data left, which sampling takes for none; where it ends, noise of
 * deviation 0.01.
 */
public record VpPath() implements ProbabilityPath {

  private static final double LEAST_BETA = 0.1;
  private static final double MOST_BETA = 20;

  @Override
  public double alpha(double t) {
    return StrictMath.exp(logAlpha(t));
  }

  @Override
  public double sigma(double t) {
    return StrictMath.sqrt(-StrictMath.expm1(2 * logAlpha(t)));
  }

  @Override
  public double alphaRate(double t) {
    return alpha(t) * ((1 - t) * (MOST_BETA - LEAST_BETA) + LEAST_BETA) / 2;
  }

  @Override
  public double sigmaRate(double t) {
    return -alpha(t) * alphaRate(t) / sigma(t);
  }

  @Override
  public double trainingEnd() {
    return 1 - 1e-5;
  }

  @Override
  public double samplingEnd() {
    return 1 - 1e-3;
  }

  private static double logAlpha(double t) {
    double rest = 1 - t;
    return -rest * rest * (MOST_BETA - LEAST_BETA) / 4 - rest * LEAST_BETA / 2;
  }
}
