package dev.gnomon.model.metrics;

import dev.gnomon.model.engine.Noise;
import java.util.Arrays;

/**
 * One stage of {@link SeededConvolution}: 3 x 3 convolution with zero padding, bias, ReLU.
 *
 * @param filters [out, in, 3, 3]
 * @param biases [out]
 */
record ConvolutionStage(int in, int out, float[] filters, float[] biases) {

  static final int TAPS = 9;

  /** Filters of the first stage that see brightness and colour; the others see only change. */
  private static final int OPEN = 4;

  /**
   * The first stage: filters that sum to zero within each channel, so that edges are not drowned by
   * brightness, and a few that need not.
   */
  static ConvolutionStage first(long seed, int in, int out) {
    int[] spans = new int[out];
    float[] gains = new float[out];
    for (int o = 0; o < out; o++) {
      boolean open = o >= out - OPEN;
      spans[o] = open ? 0 : TAPS;
      gains[o] = open ? 1 : 3;
    }
    return seeded(seed, 0, in, spans, gains);
  }

  /** A later stage: filters that sum to zero, since what they see is positive everywhere. */
  static ConvolutionStage later(long seed, int index, int in, int out) {
    int[] spans = new int[out];
    float[] gains = new float[out];
    Arrays.fill(spans, in * TAPS);
    Arrays.fill(gains, 2);
    return seeded(seed, index, in, spans, gains);
  }

  /**
   * Filters drawn from {@code seed}, orthogonal to each other; filter o has norm {@code gains[o]},
   * and each {@code spans[o]} weights of it sum to zero, if that is not 0. Only sums, products and
   * square roots are used: the same bits on every machine.
   */
  private static ConvolutionStage seeded(long seed, int index, int in, int[] spans, float[] gains) {
    int out = spans.length;
    int fan = in * TAPS;
    float[] drawn = Noise.uniforms(seed, Noise.Purpose.FEATURES, index, out * fan + out);
    double[][] rows = new double[out][fan];
    float[] filters = new float[out * fan];
    float[] biases = new float[out];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < fan; i++) {
        rows[o][i] = 2.0 * drawn[o * fan + i] - 1;
      }
      for (int from = 0; spans[o] > 0 && from < fan; from += spans[o]) {
        balance(rows[o], from, from + spans[o]);
      }
      for (int earlier = 0; earlier < o; earlier++) {
        subtract(rows[o], rows[earlier], dot(rows[o], rows[earlier]));
      }
      double norm = Math.sqrt(dot(rows[o], rows[o]));
      for (int i = 0; i < fan; i++) {
        rows[o][i] /= norm;
        filters[o * fan + i] = (float) (gains[o] * rows[o][i]);
      }
      biases[o] = drawn[out * fan + o] - 0.5f;
    }
    return new ConvolutionStage(in, out, filters, biases);
  }

  /** The stage that does to one grey channel what this does to equal channels. */
  ConvolutionStage grey() {
    float[] summed = new float[out * TAPS];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        for (int tap = 0; tap < TAPS; tap++) {
          summed[o * TAPS + tap] += filters[(o * in + i) * TAPS + tap];
        }
      }
    }
    return new ConvolutionStage(1, out, summed, biases);
  }

  /** New planes: this stage applied to {@code input}. */
  PaddedPlanes apply(PaddedPlanes input) {
    PaddedPlanes output = new PaddedPlanes(out, input.images(), input.size());
    for (int o = 0; o < out; o++) {
      float[] sums = output.channel(o);
      for (int i = 0; i < in; i++) {
        accumulate(
            input.channel(i),
            sums,
            input.firstPixel(),
            input.end(),
            input.stride(),
            filters,
            (o * in + i) * TAPS);
      }
      output.rectify(o, biases[o]);
    }
    return output;
  }

  /** One flat loop over all pixels, pads included, that a compiler can turn into vectors. */
  private static void accumulate(
      float[] x, float[] sums, int from, int to, int stride, float[] w, int at) {
    float w0 = w[at];
    float w1 = w[at + 1];
    float w2 = w[at + 2];
    float w3 = w[at + 3];
    float w4 = w[at + 4];
    float w5 = w[at + 5];
    float w6 = w[at + 6];
    float w7 = w[at + 7];
    float w8 = w[at + 8];
    for (int p = from; p < to; p++) {
      sums[p] +=
          w0 * x[p - stride - 1]
              + w1 * x[p - stride]
              + w2 * x[p - stride + 1]
              + w3 * x[p - 1]
              + w4 * x[p]
              + w5 * x[p + 1]
              + w6 * x[p + stride - 1]
              + w7 * x[p + stride]
              + w8 * x[p + stride + 1];
    }
  }

  private static void balance(double[] row, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += row[i];
    }
    for (int i = from; i < to; i++) {
      row[i] -= sum / (to - from);
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void subtract(double[] from, double[] what, double times) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= times * what[i];
    }
  }
}
