package dev.gnomon.model.metrics;

import java.util.Arrays;

/**
 * What a classifier says of generated images: the Inception Score's formula (Salimans et al.,
 * 2016), exp of the mean of KL(p(y|x) | p(y)) in float64 over one split, on whatever classifier
 * gave the probabilities. It is an Inception Score only on Inception's.
 *
 * @param score 1 to the number of classes
 * @param sure share of the images of one of whose classes it is at least 90 % sure
 * @param entropy of the mean p(y), in nats
 */
public record ClassifierScore(double score, double sure, double entropy) {

  private static final double SURE = 0.9;

  /** Of the probabilities of each image, [images][classes]. */
  public static ClassifierScore of(double[][] probabilities) {
    if (probabilities.length == 0) {
      throw new IllegalArgumentException("a score of no images means nothing");
    }
    double[] mean = new double[probabilities[0].length];
    for (double[] row : probabilities) {
      for (int c = 0; c < row.length; c++) {
        mean[c] += row[c] / probabilities.length;
      }
    }
    double divergence = 0;
    double sure = 0;
    for (double[] row : probabilities) {
      for (int c = 0; c < row.length; c++) {
        divergence += row[c] > 0 ? row[c] * Math.log(row[c] / mean[c]) : 0;
      }
      sure += Arrays.stream(row).max().orElse(0) >= SURE ? 1 : 0;
    }
    double entropy = 0;
    for (double share : mean) {
      entropy -= share > 0 ? share * Math.log(share) : 0;
    }
    return new ClassifierScore(
        Math.exp(divergence / probabilities.length), sure / probabilities.length, entropy);
  }
}
