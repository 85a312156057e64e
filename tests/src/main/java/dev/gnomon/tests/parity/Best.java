package dev.gnomon.tests.parity;

/** The largest elements of a row of a table [rows, width]. */
final class Best {

  private Best() {}

  /** Index in the row of its largest element, the first of equals. */
  static int index(double[] table, int start, int width) {
    int best = 0;
    for (int i = 1; i < width; i++) {
      best = table[start + i] > table[start + best] ? i : best;
    }
    return best;
  }

  /** By how much the largest element exceeds the second. */
  static double gap(double[] table, int start, int width) {
    int best = index(table, start, width);
    double second = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < width; i++) {
      second = i == best ? second : Math.max(second, table[start + i]);
    }
    return table[start + best] - second;
  }
}
