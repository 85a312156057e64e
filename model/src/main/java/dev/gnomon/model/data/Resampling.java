package dev.gnomon.model.data;

import java.util.Arrays;

/**
 * Separable resampling of a square picture from one side length to another: output pixel i is the
 * sum of {@code weights[i * taps + j]} times input pixel {@code first[i] + j}, first over lines,
 * then along them. Lines are read once, in order, and only as many are kept as a sum spans.
 *
 * @param taps length of a sum, a multiple of 4; weights past its end, or the border, are 0
 */
record Resampling(int from, int to, int taps, int[] first, float[] weights) {

  private static volatile Resampling last; // most sets hold images of one size

  /** Catmull-Rom cubic, two pixels to each side, widened by the scale when it shrinks. */
  static Resampling between(int from, int to) {
    Resampling known = last;
    if (known == null || known.from != from || known.to != to) {
      known = catmullRom(from, to);
      last = known;
    }
    return known;
  }

  private static Resampling catmullRom(int from, int to) {
    double scale = (double) from / to;
    double stretch = Math.max(scale, 1);
    int[] first = new int[to];
    double[][] sums = new double[to][];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      int low = (int) Math.max(0, Math.round(centre - 2 * stretch));
      int high = (int) Math.min(from, Math.round(centre + 2 * stretch));
      first[i] = low;
      sums[i] = new double[high - low];
      for (int j = 0; j < high - low; j++) {
        sums[i][j] = cubic((low + j + 0.5 - centre) / stretch);
      }
    }
    int longest = Arrays.stream(sums).mapToInt(sum -> sum.length).max().orElseThrow();
    int taps = (longest + 3) / 4 * 4;
    float[] weights = new float[to * taps];
    for (int i = 0; i < to; i++) {
      double total = Arrays.stream(sums[i]).sum();
      for (int j = 0; j < sums[i].length; j++) {
        weights[i * taps + j] = (float) (sums[i][j] / total);
      }
    }
    return new Resampling(from, to, taps, first, weights);
  }

  /** The picture [from, from] as uint8 planes [bands, to, to]. */
  byte[] apply(Lines lines) {
    int bands = lines.bands();
    byte[] planes = new byte[bands * to * to];
    float[] line = new float[(from + taps) * bands]; // what is read past the border weighs 0
    if (from == to) {
      for (int y = 0; y < to; y++) {
        lines.read(y, line);
        for (int i = 0; i < to * bands; i++) {
          planes[(i % bands * to + y) * to + i / bands] = rounded(line[i]);
        }
      }
      return planes;
    }
    float[][] kept = new float[taps][line.length];
    int read = 0;
    for (int y = 0; y < to; y++) {
      for (; read < Math.min(from, first[y] + taps); read++) {
        lines.read(read, kept[read % taps]);
      }
      over(kept, y, line);
      if (bands == 1) {
        alongGrey(line, planes, y);
      } else {
        alongColour(line, planes, y);
      }
    }
    return planes;
  }

  /** The sum of the lines that line {@code y} of the result is made from. */
  private void over(float[][] kept, int y, float[] sum) {
    Arrays.fill(sum, 0);
    for (int j = 0; j < taps; j += 4) {
      int at = y * taps + j;
      int line = first[y] + j;
      add(
          sum,
          kept[line % taps],
          kept[(line + 1) % taps],
          kept[(line + 2) % taps],
          kept[(line + 3) % taps],
          weights[at],
          weights[at + 1],
          weights[at + 2],
          weights[at + 3]);
    }
  }

  private static void add(
      float[] sum,
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float weightA,
      float weightB,
      float weightC,
      float weightD) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weightA * a[i] + weightB * b[i] + weightC * c[i] + weightD * d[i];
    }
  }

  private void alongGrey(float[] line, byte[] plane, int y) {
    for (int x = 0, at = 0; x < to; x++) {
      float sum = 0;
      int i = first[x];
      for (int end = at + taps; at < end; at++, i++) {
        sum += weights[at] * line[i];
      }
      plane[y * to + x] = rounded(sum);
    }
  }

  /** Three sums at once, four pixels at a time, so that none waits for its last addition. */
  private void alongColour(float[] line, byte[] planes, int y) {
    float[] weights = this.weights;
    int plane = to * to;
    for (int x = 0, at = 0, out = y * to; x < to; x++, out++) {
      float red = 0;
      float green = 0;
      float blue = 0;
      int i = 3 * first[x];
      for (int end = at + taps; at < end; at += 4, i += 12) {
        float a = weights[at];
        float b = weights[at + 1];
        float c = weights[at + 2];
        float d = weights[at + 3];
        red += a * line[i] + b * line[i + 3] + c * line[i + 6] + d * line[i + 9];
        green += a * line[i + 1] + b * line[i + 4] + c * line[i + 7] + d * line[i + 10];
        blue += a * line[i + 2] + b * line[i + 5] + c * line[i + 8] + d * line[i + 11];
      }
      planes[out] = rounded(red);
      planes[out + plane] = rounded(green);
      planes[out + 2 * plane] = rounded(blue);
    }
  }

  private static byte rounded(float value) {
    return (byte) Math.max(0, Math.min(255, (int) (value + 0.5f)));
  }

  private static double cubic(double t) {
    double x = Math.abs(t);
    if (x < 1) {
      return (1.5 * x - 2.5) * x * x + 1;
    }
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  }
}
