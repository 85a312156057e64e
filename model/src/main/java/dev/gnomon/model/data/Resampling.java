package dev.gnomon.model.data;

/**
 * Separable resampling of a square plane from one side length to another: output pixel i is the sum
 * of {@code weights[i][j]} times input pixel {@code first[i] + j}.
 */
record Resampling(int from, int to, int[] first, float[][] weights) {

  /** Catmull-Rom cubic, two pixels to each side, widened by the scale when it shrinks. */
  static Resampling between(int from, int to) {
    double scale = (double) from / to;
    double stretch = Math.max(scale, 1);
    int[] first = new int[to];
    float[][] weights = new float[to][];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      int low = (int) Math.max(0, Math.round(centre - 2 * stretch));
      int high = (int) Math.min(from, Math.round(centre + 2 * stretch));
      double[] w = new double[high - low];
      double sum = 0;
      for (int j = 0; j < w.length; j++) {
        w[j] = cubic((low + j + 0.5 - centre) / stretch);
        sum += w[j];
      }
      first[i] = low;
      weights[i] = new float[w.length];
      for (int j = 0; j < w.length; j++) {
        weights[i][j] = (float) (w[j] / sum);
      }
    }
    return new Resampling(from, to, first, weights);
  }

  /** The plane [from, from] as [to, to]. */
  float[] apply(float[] plane) {
    float[] narrow = new float[from * to]; // [from, to]
    for (int y = 0; y < from; y++) {
      for (int x = 0; x < to; x++) {
        float sum = 0;
        for (int j = 0; j < weights[x].length; j++) {
          sum += weights[x][j] * plane[y * from + first[x] + j];
        }
        narrow[y * to + x] = sum;
      }
    }
    float[] result = new float[to * to];
    for (int y = 0; y < to; y++) {
      for (int j = 0; j < weights[y].length; j++) {
        float weight = weights[y][j];
        int row = (first[y] + j) * to;
        for (int x = 0; x < to; x++) {
          result[y * to + x] += weight * narrow[row + x];
        }
      }
    }
    return result;
  }

  private static double cubic(double t) {
    double x = Math.abs(t);
    if (x < 1) {
      return (1.5 * x - 2.5) * x * x + 1;
    }
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  }
}
