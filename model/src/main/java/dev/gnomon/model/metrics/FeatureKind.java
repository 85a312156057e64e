package dev.gnomon.model.metrics;

import dev.gnomon.model.Choice;
import java.util.function.Supplier;

/**
 * The feature networks that are built in, by the words of {@code gnomon.evaluate.feature-network}.
 */
public enum FeatureKind implements Choice {
  SEEDED_CONVOLUTION(
      "seeded-conv", "a convolutional network of fixed random weights", SeededConvolution::new);

  private final String word;
  private final String meaning;
  private final Supplier<FeatureNetwork> network;

  FeatureKind(String word, String meaning, Supplier<FeatureNetwork> network) {
    this.word = word;
    this.meaning = meaning;
    this.network = network;
  }

  @Override
  public String word() {
    return word;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  /** A new one. */
  public FeatureNetwork open() {
    return network.get();
  }
}
