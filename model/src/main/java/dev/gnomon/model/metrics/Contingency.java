package dev.gnomon.model.metrics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How much weight falls on each pair of a class (row) and a cluster (column), with the sums of rows
 * and columns. Classes and clusters that nothing falls on are left out.
 */
record Contingency(double[][] cells, double[] classes, double[] clusters, double total) {

  /** Counts the pairs of two lists; a pair with a negative number has no class or no cluster. */
  static Contingency of(int[] labels, int[] codes) {
    if (labels.length != codes.length) {
      throw new IllegalArgumentException(
          "%d labels and %d codes: one of each is needed for each image"
              .formatted(labels.length, codes.length));
    }
    Map<Integer, Integer> rows = new HashMap<>();
    Map<Integer, Integer> columns = new HashMap<>();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= 0 && codes[i] >= 0) {
        rows.putIfAbsent(labels[i], rows.size());
        columns.putIfAbsent(codes[i], columns.size());
      }
    }
    double[][] cells = new double[rows.size()][columns.size()];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= 0 && codes[i] >= 0) {
        cells[rows.get(labels[i])][columns.get(codes[i])]++;
      }
    }
    return of(cells);
  }

  /** A table [classes][clusters] of weights that are not negative. */
  static Contingency of(double[][] cells) {
    int width = cells.length == 0 ? 0 : cells[0].length;
    double[] classes = new double[cells.length];
    double[] clusters = new double[width];
    for (int i = 0; i < cells.length; i++) {
      if (cells[i].length != width) {
        throw new IllegalArgumentException(
            "row %d of a contingency table has %d clusters, row 0 has %d"
                .formatted(i, cells[i].length, width));
      }
      for (int j = 0; j < width; j++) {
        if (!(cells[i][j] >= 0) || Double.isInfinite(cells[i][j])) {
          throw new IllegalArgumentException(
              "weight %s at (%d, %d) of a contingency table".formatted(cells[i][j], i, j));
        }
        classes[i] += cells[i][j];
        clusters[j] += cells[i][j];
      }
    }
    return new Contingency(cells, classes, clusters, Arrays.stream(classes).sum());
  }

  /** All weight is in one class and in one cluster. */
  boolean trivial() {
    return occupied(classes) == 1 && occupied(clusters) == 1;
  }

  private static long occupied(double[] sums) {
    return Arrays.stream(sums).filter(sum -> sum > 0).count();
  }

  /** Mutual information of class and cluster in nats. */
  double mutualInformation() {
    double information = 0;
    for (int i = 0; i < classes.length; i++) {
      for (int j = 0; j < clusters.length; j++) {
        double cell = cells[i][j];
        if (cell > 0) {
          double lift = StrictMath.log(cell) - StrictMath.log(classes[i] / total * clusters[j]);
          information += cell / total * lift;
        }
      }
    }
    return Math.max(0, information);
  }

  /** Mean of the entropies of class and of cluster in nats. */
  double meanEntropy() {
    return (entropy(classes) + entropy(clusters)) / 2;
  }

  private double entropy(double[] sums) {
    double entropy = 0;
    for (double sum : sums) {
      if (sum > 0) {
        entropy -= sum / total * (StrictMath.log(sum) - StrictMath.log(total));
      }
    }
    return entropy;
  }
}
