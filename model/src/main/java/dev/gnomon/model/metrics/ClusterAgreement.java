package dev.gnomon.model.metrics;

/**
 * How well clusters agree with classes, whatever either is called: normalised mutual information,
 * adjusted mutual information and the adjusted Rand index, with scikit-learn's conventions (means
 * are arithmetic; one class in one cluster is full agreement).
 *
 * <p>NMI grows with the number of clusters also where they say nothing; AMI and ARI are corrected
 * for chance and stay near 0 there. Images with a negative label or code have none and are left
 * out; agreement of no images is NaN.
 */
public final class ClusterAgreement {

  private ClusterAgreement() {}

  /** Normalised mutual information, 0 to 1. */
  public static double nmi(int[] labels, int[] codes) {
    return nmi(Contingency.of(labels, codes));
  }

  /**
   * Normalised mutual information of a table [classes][clusters] of weights, for example sums of
   * soft assignments.
   */
  public static double nmi(double[][] weights) {
    return nmi(Contingency.of(weights));
  }

  /** Adjusted mutual information (Vinh, Epps and Bailey, 2010): 1 is full agreement, 0 chance. */
  public static double ami(int[] labels, int[] codes) {
    Contingency table = Contingency.of(labels, codes);
    if (table.total() == 0) {
      return Double.NaN;
    }
    if (table.trivial()) {
      return 1;
    }
    double chance = expectedInformation(table);
    double range = table.meanEntropy() - chance;
    // where each image is its own class, chance reaches the entropies themselves
    double floor = Math.ulp(1.0);
    range = range < 0 ? Math.min(range, -floor) : Math.max(range, floor);
    return (table.mutualInformation() - chance) / range;
  }

  /** Adjusted Rand index (Hubert and Arabie, 1985): 1 is full agreement, 0 chance. */
  public static double ari(int[] labels, int[] codes) {
    Contingency table = Contingency.of(labels, codes);
    double n = table.total();
    if (n == 0) {
      return Double.NaN;
    }
    double both = 0; // ordered pairs together in class and in cluster, with each image's own
    for (double[] row : table.cells()) {
      both += sumOfSquares(row);
    }
    double inClass = sumOfSquares(table.classes());
    double inCluster = sumOfSquares(table.clusters());
    double together = both - n;
    double clusterOnly = inCluster - both;
    double classOnly = inClass - both;
    double apart = n * n - inClass - inCluster + both;
    if (clusterOnly == 0 && classOnly == 0) {
      return 1;
    }
    return 2
        * (together * apart - classOnly * clusterOnly)
        / ((together + classOnly) * (classOnly + apart)
            + (together + clusterOnly) * (clusterOnly + apart));
  }

  private static double nmi(Contingency table) {
    if (table.total() == 0) {
      return Double.NaN;
    }
    if (table.trivial()) {
      return 1;
    }
    return Math.min(1, table.mutualInformation() / table.meanEntropy());
  }

  private static double sumOfSquares(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return sum;
  }

  /**
   * Mean mutual information over all tables with these sums (Vinh, Epps and Bailey, 2009, eq. 24a):
   * each cell is hypergeometric.
   */
  private static double expectedInformation(Contingency table) {
    int n = (int) table.total();
    double[] logFactorial = logFactorials(n);
    double expected = 0;
    for (double classSum : table.classes()) {
      for (double clusterSum : table.clusters()) {
        int a = (int) classSum;
        int b = (int) clusterSum;
        for (int cell = Math.max(1, a + b - n); cell <= Math.min(a, b); cell++) {
          double logProbability =
              logFactorial[a]
                  + logFactorial[b]
                  + logFactorial[n - a]
                  + logFactorial[n - b]
                  - logFactorial[n]
                  - logFactorial[cell]
                  - logFactorial[a - cell]
                  - logFactorial[b - cell]
                  - logFactorial[n - a - b + cell];
          double lift = StrictMath.log((double) n * cell) - StrictMath.log((double) a * b);
          expected += (double) cell / n * lift * StrictMath.exp(logProbability);
        }
      }
    }
    return expected;
  }

  /** log k! for k = 0 to n, summed with compensation. */
  private static double[] logFactorials(int n) {
    double[] logs = new double[n + 1];
    double lost = 0;
    for (int k = 2; k <= n; k++) {
      double term = StrictMath.log(k) - lost;
      logs[k] = logs[k - 1] + term;
      lost = (logs[k] - logs[k - 1]) - term;
    }
    return logs;
  }
}
