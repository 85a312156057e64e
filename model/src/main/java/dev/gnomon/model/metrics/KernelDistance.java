package dev.gnomon.model.metrics;

import dev.gnomon.model.engine.Noise;
import java.util.Arrays;

/**
 * The kernel distance of two sets of feature rows (KID; Binkowski et al., 2018): the squared
 * maximum mean discrepancy under the kernel (x.y / D + 1)^3, averaged over subsets drawn without
 * replacement (METHOD 9.3). Unlike the Frechet distance it is unbiased at every number of rows, so
 * sets that are alike score about 0 and may score below it. A pure function of rows and seed.
 *
 * @param subsets pairs of subsets that are drawn
 * @param size rows of a subset, at least 2; fewer where a set has fewer
 * @param seed of the draws
 */
public record KernelDistance(int subsets, int size, long seed) {

  public KernelDistance {
    if (subsets < 1 || size < 2) {
      throw new IllegalArgumentException(
          "a kernel distance needs at least 1 subset of 2 rows, got %d of %d"
              .formatted(subsets, size));
    }
  }

  /** A hundred subsets of fifty rows, as dongzhuoyao/sgfm takes them. */
  public KernelDistance(long seed) {
    this(100, 50, seed);
  }

  /** Distance of rows a [m, D] and b [n, D], m and n at least 2. */
  public double between(float[] a, float[] b, int dimensions) {
    int m = rows(a, dimensions);
    int n = rows(b, dimensions);
    int drawn = Math.min(size, Math.min(m, n));
    double sum = 0;
    for (int subset = 0; subset < subsets; subset++) {
      int[] words = Noise.words(seed, Noise.Purpose.SUBSETS, subset, 2 * drawn);
      sum +=
          discrepancy(
              chosen(a, dimensions, m, Arrays.copyOf(words, drawn)),
              chosen(b, dimensions, n, Arrays.copyOfRange(words, drawn, 2 * drawn)));
    }
    return sum / subsets;
  }

  /**
   * The unbiased estimate of the squared maximum mean discrepancy of x [m][D] and y [m][D]: pairs
   * of a row with itself are left out.
   */
  static double discrepancy(double[][] x, double[][] y) {
    int m = x.length;
    double within = 0;
    double across = 0;
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < i; j++) {
        within += kernel(x[i], x[j]) + kernel(y[i], y[j]);
      }
      for (int j = 0; j < m; j++) {
        across += kernel(x[i], y[j]);
      }
    }
    return 2 * within / (m * (m - 1.0)) - 2 * across / ((double) m * m);
  }

  private static double kernel(double[] x, double[] y) {
    double product = 0;
    for (int i = 0; i < x.length; i++) {
      product += x[i] * y[i];
    }
    double base = product / x.length + 1;
    return base * base * base;
  }

  /** One row of {@code rows} for each word, none twice: the start of a Fisher-Yates shuffle. */
  private static double[][] chosen(float[] rows, int dimensions, int count, int[] words) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    double[][] chosen = new double[words.length][dimensions];
    for (int i = 0; i < words.length; i++) {
      int at = i + (int) (Integer.toUnsignedLong(words[i]) * (count - i) >>> 32);
      int row = order[at];
      order[at] = order[i];
      for (int j = 0; j < dimensions; j++) {
        chosen[i][j] = rows[row * dimensions + j];
      }
    }
    return chosen;
  }

  private static int rows(float[] set, int dimensions) {
    if (dimensions < 1 || set.length % dimensions != 0) {
      throw new IllegalArgumentException(
          "%d numbers are not whole rows of %d dimensions".formatted(set.length, dimensions));
    }
    if (set.length / dimensions < 2) {
      throw new IllegalArgumentException(
          "a kernel distance of a set of %d rows; at least 2 are needed"
              .formatted(set.length / dimensions));
    }
    return set.length / dimensions;
  }
}
