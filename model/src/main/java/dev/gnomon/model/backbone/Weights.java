package dev.gnomon.model.backbone;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** Finds a parameter among given weights, or says which one is missing. */
final class Weights {

  private Weights() {}

  static NDArray of(Map<String, NDArray> weights, String name) {
    NDArray weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("the network's parameter " + name + " is missing");
    }
    return weight;
  }
}
