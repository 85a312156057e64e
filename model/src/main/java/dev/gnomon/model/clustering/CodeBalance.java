package dev.gnomon.model.clustering;

/**
 * How evenly prototypes are used by recent samples.
 *
 * @param prototypes K
 * @param samples faded count of the samples this is of
 * @param effective exponential of the codes' entropy: K where all are used equally, 1 where one is,
 *     0 without samples
 * @param dead prototypes that have less than a hundredth of an equal share
 */
public record CodeBalance(int prototypes, double samples, double effective, int dead) {

  private static final double DEAD = 0.01; // of an equal share

  /** That of a histogram. */
  static CodeBalance of(double[] counts) {
    double total = 0;
    for (double count : counts) {
      total += count;
    }
    if (total == 0) {
      return new CodeBalance(counts.length, 0, 0, 0);
    }
    double entropy = 0;
    int dead = 0;
    for (double count : counts) {
      entropy -= count > 0 ? count / total * Math.log(count / total) : 0;
      dead += count < DEAD * total / counts.length ? 1 : 0;
    }
    return new CodeBalance(counts.length, total, Math.exp(entropy), dead);
  }
}
