package dev.gnomon.model.features;

import dev.gnomon.model.data.DataException;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.SafetensorsException;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Whose features a file of codes says that its codes are of.
 *
 * @param source the condition source that is meant for such codes
 * @param words which network it was
 */
public record CodesOrigin(Source source, String words) {

  /** What {@code launch/gnomon features} wrote of where features came from. */
  private static final String NETWORK = "features.network";

  private static final String CHECKPOINT = "features.checkpoint";

  /**
   * What the file says; empty where it says nothing, as one that was made by other means.
   *
   * @throws DataException where it is no file of codes
   */
  public static Optional<CodesOrigin> of(Path file) {
    try {
      return of(Safetensors.metadata(file));
    } catch (SafetensorsException e) {
      throw new DataException(file + ": is not a file of codes: " + e.getMessage(), e);
    }
  }

  private static Optional<CodesOrigin> of(Map<String, String> said) {
    if (said.containsKey(NETWORK)) {
      return Optional.of(
          new CodesOrigin(
              Source.EXTERNAL,
              "the features of a foreign network (SHA-256 %s)".formatted(said.get(NETWORK))));
    }
    if (said.containsKey(CHECKPOINT)) {
      return Optional.of(
          new CodesOrigin(
              Source.KMEANS,
              "the features of a run's own network (step %s, layer %s, noise %s, digest %s)"
                  .formatted(
                      said.get("features.step"),
                      said.get("layer"),
                      said.get("noise"),
                      said.get(CHECKPOINT))));
    }
    return Optional.empty();
  }
}
