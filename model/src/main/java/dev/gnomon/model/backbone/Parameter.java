package dev.gnomon.model.backbone;

import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.Noise;
import java.util.Arrays;

/**
 * A parameter's name in the state dict, its shape, how it starts, and whether weight decay applies.
 */
public record Parameter(String name, long[] shape, Start start, boolean decays) {

  /** How a parameter starts. */
  public sealed interface Start {

    /** All elements the same. */
    record Constant(float value) implements Start {}

    /** Normal with mean 0. */
    record Normal(double deviation) implements Start {}

    /** Uniform in [-bound, bound]. */
    record Uniform(double bound) implements Start {}
  }

  static Parameter constant(String name, float value, long... shape) {
    return new Parameter(name, shape, new Start.Constant(value), true);
  }

  static Parameter normal(String name, double deviation, long... shape) {
    return new Parameter(name, shape, new Start.Normal(deviation), true);
  }

  /** PyTorch's default of a convolution or linear layer: uniform within 1 / sqrt(fan-in). */
  static Parameter uniform(String name, long fanIn, long... shape) {
    return new Parameter(name, shape, new Start.Uniform(1 / Math.sqrt(fanIn)), true);
  }

  /** The same parameter, never decayed. */
  Parameter withoutDecay() {
    return new Parameter(name, shape, start, false);
  }

  /** Number of elements. */
  public int elements() {
    return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
  }

  /**
   * Initial elements.
   *
   * @param ordinal its place among all parameters of the run, so that each has draws of its own
   */
  public HostTensor initial(long seed, long ordinal) {
    float[] values;
    if (start instanceof Start.Constant constant) {
      values = new float[elements()];
      Arrays.fill(values, constant.value());
    } else if (start instanceof Start.Normal normal) {
      values = Noise.normals(seed, Noise.Purpose.INITIAL_WEIGHTS, ordinal, elements());
      for (int i = 0; i < values.length; i++) {
        values[i] *= (float) normal.deviation();
      }
    } else {
      double bound = ((Start.Uniform) start).bound();
      values = Noise.uniforms(seed, Noise.Purpose.INITIAL_WEIGHTS, ordinal, elements());
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (bound * (2 * values[i] - 1));
      }
    }
    return HostTensor.of(values, shape);
  }
}
