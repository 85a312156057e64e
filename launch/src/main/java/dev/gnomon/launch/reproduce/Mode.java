package dev.gnomon.launch.reproduce;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A way of training that an experiment compares with others.
 *
 * @param settings keys below {@code gnomon} that this mode sets
 * @param begin whose weights it begins with; its steps are those that are left then, so that all
 *     modes train on as many images
 * @param codes whose features the codes of its images are of, where they are given before
 */
public record Mode(String name, Config settings, Optional<Begin> begin, Optional<Codes> codes) {

  /**
   * The weights of another mode's run of the same seed.
   *
   * @param at share of that run's steps
   */
  public record Begin(String mode, double at) {}

  /** Codes by k-means of features. */
  public sealed interface Codes {}

  /**
   * Of the features of another mode's run of the same seed.
   *
   * @param at share of that run's steps
   * @param layer its block; empty = the middle one
   * @param noiseLevel empty = the teacher's
   */
  public record OwnCodes(
      String mode, double at, Optional<Integer> layer, Optional<Double> noiseLevel)
      implements Codes {}

  /**
   * Of the features of a network that TorchScript saved.
   *
   * @param network its file; empty = nobody has named it here
   * @param sha256 of what is in the file
   * @param imageSize height and width of what it sees; empty = the run's
   * @param mean of the pixels, in [0, 1], a channel each; empty = ImageNet's
   * @param deviation of the pixels; empty = ImageNet's
   */
  public record ForeignCodes(
      Optional<Path> network,
      String sha256,
      Optional<Integer> imageSize,
      List<Double> mean,
      List<Double> deviation)
      implements Codes {

    /** What tells it from others: the network, and what that is shown. */
    Map<String, String> identity() {
      return Map.of(
          "network",
          sha256,
          "image-size",
          imageSize.map(String::valueOf).orElse("the run's"),
          "mean",
          mean.toString(),
          "std",
          deviation.toString());
    }
  }
}
