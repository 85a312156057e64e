package dev.gnomon.model.training;

import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.WeightSet;
import java.nio.file.Path;
import java.util.List;

/**
 * Weights that a run starts from instead of random ones: a safetensors file with the names of the
 * network's state dict, or one half of a checkpoint of ours, of which the average is taken.
 */
public final class InitialWeights {

  private InitialWeights() {}

  /** The state dict in {@code file}. */
  public static WeightSet read(Path file) {
    WeightSet weights = Safetensors.read(file);
    WeightSet average = weights.under("ema.");
    return average.names().isEmpty() ? weights : average;
  }

  /**
   * Refuses weights that have nothing to do with the network.
   *
   * @param missing parameters of the network that were not among the weights
   * @param parameters number of the network's parameters
   */
  static List<String> checked(List<String> missing, int parameters) {
    if (missing.size() == parameters) {
      throw new IllegalArgumentException(
          "the initial weights hold none of the network's parameters, such as "
              + missing.get(0)
              + "; they must be named as in the reference's state dict");
    }
    return missing;
  }
}
