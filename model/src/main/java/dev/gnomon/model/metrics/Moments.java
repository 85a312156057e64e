package dev.gnomon.model.metrics;

import java.util.Arrays;

/**
 * Count, mean and scatter of feature rows in float64: all that a Frechet distance needs of a set.
 *
 * <p>The scatter is sum (x - mean)(x - mean)^T, kept centred, so that a large mean costs no digits.
 * Two moments merge into those of both sets by the pairwise update of Chan, Golub and LeVeque
 * (1979); any split of the rows gives the same numbers up to rounding, and the same splits in the
 * same order give the same bits.
 */
public final class Moments {

  /** Rows that are centred on their own mean before they are merged. */
  private static final int BLOCK = 64;

  private final int dimensions;
  private long count;
  private final double[] mean; // [D]
  private final double[] scatter; // [D, D]; only the upper triangle is kept

  /** Moments of no rows yet, each to have {@code dimensions} numbers. */
  public Moments(int dimensions) {
    if (dimensions < 1) {
      throw new IllegalArgumentException("moments need at least 1 dimension, got " + dimensions);
    }
    this.dimensions = dimensions;
    this.mean = new double[dimensions];
    this.scatter = new double[Math.multiplyExact(dimensions, dimensions)];
  }

  /** Adds rows [n, D]. */
  public void add(float[] rows) {
    double[] wide = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      wide[i] = rows[i];
    }
    add(wide);
  }

  /** Adds rows [n, D]. */
  public void add(double[] rows) {
    if (rows.length % dimensions != 0) {
      throw new IllegalArgumentException(
          "%d numbers are not whole rows of %d dimensions".formatted(rows.length, dimensions));
    }
    for (int i = 0; i < rows.length; i++) {
      if (!Double.isFinite(rows[i])) {
        throw new IllegalArgumentException(
            "row %d has %s in dimension %d; a score of it would mean nothing"
                .formatted(i / dimensions, rows[i], i % dimensions));
      }
    }
    int total = rows.length / dimensions;
    for (int first = 0; first < total; first += BLOCK) {
      int last = Math.min(total, first + BLOCK);
      addBlock(Arrays.copyOfRange(rows, first * dimensions, last * dimensions), last - first);
    }
  }

  /** The moments of the rows of both; neither is changed. */
  public Moments merge(Moments other) {
    if (other.dimensions != dimensions) {
      throw new IllegalArgumentException(
          "moments of %d and of %d dimensions do not merge"
              .formatted(dimensions, other.dimensions));
    }
    Moments both = new Moments(dimensions);
    both.absorb(this);
    both.absorb(other);
    return both;
  }

  /** Number of rows. */
  public long count() {
    return count;
  }

  /** Numbers in a row. */
  public int dimensions() {
    return dimensions;
  }

  /** A copy of the mean [D]. */
  public double[] mean() {
    requireRows(1);
    return mean.clone();
  }

  /** The unbiased covariance [D, D], scatter / (count - 1), as a new array in row-major order. */
  public double[] covariance() {
    requireRows(2);
    double[] covariance = new double[scatter.length];
    for (int i = 0; i < dimensions; i++) {
      for (int j = i; j < dimensions; j++) {
        double value = scatter[i * dimensions + j] / (count - 1);
        covariance[i * dimensions + j] = value;
        covariance[j * dimensions + i] = value;
      }
    }
    return covariance;
  }

  private void requireRows(int needed) {
    if (count < needed) {
      throw new IllegalStateException(
          "moments of %d rows; at least %d are needed".formatted(count, needed));
    }
  }

  private void addBlock(double[] rows, int n) {
    double[] blockMean = new double[dimensions];
    for (int r = 0; r < n; r++) {
      for (int j = 0; j < dimensions; j++) {
        blockMean[j] += rows[r * dimensions + j];
      }
    }
    for (int j = 0; j < dimensions; j++) {
      blockMean[j] /= n;
    }
    double[] centred = new double[dimensions];
    for (int r = 0; r < n; r++) {
      for (int j = 0; j < dimensions; j++) {
        centred[j] = rows[r * dimensions + j] - blockMean[j];
      }
      addOuterProduct(centred, 1);
    }
    moveMean(n, blockMean);
  }

  private void absorb(Moments other) {
    for (int i = 0; i < scatter.length; i++) {
      scatter[i] += other.scatter[i];
    }
    moveMean(other.count, other.mean);
  }

  /**
   * Takes in the mean of {@code n} further rows whose own scatter was added: the mean moves, and
   * the scatter between the two means comes on top.
   */
  private void moveMean(long n, double[] otherMean) {
    if (n == 0) {
      return;
    }
    long total = count + n;
    double[] gap = new double[dimensions];
    for (int j = 0; j < dimensions; j++) {
      gap[j] = otherMean[j] - mean[j];
      mean[j] = count == 0 ? otherMean[j] : mean[j] + gap[j] * ((double) n / total);
    }
    if (count > 0) {
      addOuterProduct(gap, (double) count * n / total);
    }
    count = total;
  }

  /** Adds {@code weight * v v^T} to the upper triangle of the scatter. */
  private void addOuterProduct(double[] v, double weight) {
    for (int i = 0; i < dimensions; i++) {
      double scale = weight * v[i];
      int row = i * dimensions;
      for (int j = i; j < dimensions; j++) {
        scatter[row + j] += scale * v[j];
      }
    }
  }
}
