package dev.gnomon.tests.bench;

import java.util.Arrays;
import java.util.concurrent.Callable;

/**
 * Durations of work that is repeated in turn with the work it is compared with, so that what else
 * the machine does meets both alike.
 */
final class Timing {

  private Timing() {}

  /**
   * Medians of the durations of each piece of work, in seconds, after one round that does not
   * count.
   */
  static double[] medians(int repeats, Callable<?>... works) throws Exception {
    double[][] seconds = new double[works.length][repeats];
    for (Callable<?> work : works) {
      work.call();
    }
    for (int round = 0; round < repeats; round++) {
      for (int i = 0; i < works.length; i++) {
        long began = System.nanoTime();
        works[i].call();
        seconds[i][round] = (System.nanoTime() - began) / 1e9;
      }
    }
    return Arrays.stream(seconds).mapToDouble(Timing::median).toArray();
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
