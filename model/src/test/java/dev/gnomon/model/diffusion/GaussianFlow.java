package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The flow of data of N(m, s^2), in closed form for each path and written out apart from the paths
 * (METHOD 13): x_t is of N(alpha m, D), D = alpha^2 s^2 + sigma^2, and moves by v = alpha' m + D' /
 * (2 D) (x_t - alpha m), so that its distance to the mean stays the same share of sqrt(D).
 */
final class GaussianFlow implements VelocityField {

  private static final double FALL = Math.log(80 / 0.002); // of VE's log sigma

  private final PathKind kind;
  private final double m;
  private final double s;

  GaussianFlow(PathKind kind, double m, double s) {
    this.kind = kind;
    this.m = m;
    this.s = s;
  }

  private double alpha(double t) {
    return switch (kind) {
      case LINEAR -> t;
      case VP -> Math.exp(-4.975 * (1 - t) * (1 - t) - 0.05 * (1 - t));
      case VE -> 1;
      case GVP -> Math.sin(Math.PI * t / 2);
    };
  }

  private double alphaRate(double t) {
    return switch (kind) {
      case LINEAR -> 1;
      case VP -> alpha(t) * (9.95 * (1 - t) + 0.05);
      case VE -> 0;
      case GVP -> Math.PI / 2 * Math.cos(Math.PI * t / 2);
    };
  }

  private double noise(double t) { // sigma^2, with the paper's sigma-min
    return switch (kind) {
      case LINEAR -> Math.pow(1 - 0.9999 * t, 2);
      case VP -> 1 - alpha(t) * alpha(t);
      case VE -> 6400 * Math.exp(-2 * FALL * t);
      case GVP -> Math.pow(Math.cos(Math.PI * t / 2), 2);
    };
  }

  private double noiseRate(double t) {
    return switch (kind) {
      case LINEAR -> -2 * 0.9999 * (1 - 0.9999 * t);
      case VP -> -2 * alpha(t) * alphaRate(t);
      case VE -> -2 * FALL * noise(t);
      case GVP -> -Math.PI / 2 * Math.sin(Math.PI * t);
    };
  }

  double mean(double t) {
    return alpha(t) * m;
  }

  double deviation(double t) {
    return Math.sqrt(alpha(t) * alpha(t) * s * s + noise(t));
  }

  private double growth(double t) { // D' / (2 D)
    double d = deviation(t) * deviation(t);
    return (2 * alpha(t) * alphaRate(t) * s * s + noiseRate(t)) / (2 * d);
  }

  @Override
  public NDArray velocity(NDArray x, double t) {
    return x.sub(mean(t)).mul(growth(t)).add(alphaRate(t) * m);
  }

  @Override
  public NDArray velocity(NDArray x, double[] times) {
    NDArray means = column(x, times, this::mean);
    NDArray rates = column(x, times, t -> alphaRate(t) * m);
    return x.sub(means).mul(column(x, times, this::growth)).add(rates);
  }

  private static NDArray column(NDArray x, double[] times, DoubleUnaryOperator value) {
    double[] values = Arrays.stream(times).map(value).toArray();
    return x.getManager().create(values, new Shape(values.length, 1));
  }

  /** Where what is at x at one time is at another. */
  NDArray moved(NDArray x, double from, double to) {
    return x.sub(mean(from)).mul(deviation(to) / deviation(from)).add(mean(to));
  }

  /** The mean of the data given x_t: m + alpha s^2 / D (x_t - alpha m). */
  NDArray data(NDArray x, double t) {
    double d = deviation(t) * deviation(t);
    return x.sub(mean(t)).mul(alpha(t) * s * s / d).add(m);
  }

  /** The mean of the noise given x_t: sigma / D (x_t - alpha m). */
  NDArray noise(NDArray x, double t) {
    double d = deviation(t) * deviation(t);
    return x.sub(mean(t)).mul(Math.sqrt(noise(t)) / d);
  }

  /** -(x_t - alpha m) / D. */
  NDArray score(NDArray x, double t) {
    return x.sub(mean(t)).div(-deviation(t) * deviation(t));
  }
}
