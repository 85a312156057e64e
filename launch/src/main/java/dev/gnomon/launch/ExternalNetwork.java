package dev.gnomon.launch;

import dev.gnomon.model.data.DataSettings;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.features.ExternalFeatures;
import dev.gnomon.model.features.ExternalFeatures.Normalisation;
import dev.gnomon.model.features.FeatureSource;
import dev.gnomon.model.features.Pool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which network of somebody else's, and what it wants to see. */
final class ExternalNetwork {

  private static final int COLOURS = 3;

  @Option(
      names = "--network",
      required = true,
      paramLabel = "FILE",
      description = "A network that TorchScript saved: colour images [B, 3, H, W] to features.")
  private Path file;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description = "Height and width that images are brought to for it. Default: the run's.")
  private Optional<Integer> size = Optional.empty();

  @Option(
      names = "--mean",
      paramLabel = "R,G,B",
      split = ",",
      defaultValue = "0.485,0.456,0.406",
      description =
          "Subtracted from pixels in [0, 1], a channel each. Default: ${DEFAULT-VALUE}, ImageNet's")
  private List<Double> means;

  @Option(
      names = "--std",
      paramLabel = "R,G,B",
      split = ",",
      defaultValue = "0.229,0.224,0.225",
      description = "Divided by after that. Default: ${DEFAULT-VALUE}, ImageNet's")
  private List<Double> deviations;

  /** Fails where an option is out of range. */
  void check() {
    if (size.filter(pixels -> pixels < 1).isPresent()) {
      throw new UsageException("--image-size %d: expected at least 1".formatted(size.get()));
    }
    if (means.size() != COLOURS || !means.stream().allMatch(Double::isFinite)) {
      throw new UsageException("--mean: expected three numbers with commas");
    }
    if (deviations.size() != COLOURS || !deviations.stream().allMatch(d -> d > 0 && d < 1e9)) {
      throw new UsageException("--std: expected three positive numbers with commas");
    }
  }

  /** A run's images as this network sees them. */
  DataSettings images(DataSettings of) {
    return new DataSettings(
        of.kind(), of.path(), size.orElse(of.size()), COLOURS, of.seed(), of.flip());
  }

  FeatureSource open(ComputeDevice device, int ownSize, Pool pool) {
    return new ExternalFeatures(
        device, file, size.orElse(ownSize), new Normalisation(means, deviations), pool);
  }

  /** The file's name without its ending. */
  String name() {
    return file.getFileName().toString().replaceFirst("\\.\\w+$", "");
  }

  Path file() {
    return file;
  }

  /** What tells these features from others, besides the network. */
  Map<String, String> identity(int ownSize) {
    return Map.of(
        "image-size",
        String.valueOf(size.orElse(ownSize)),
        "mean",
        means.toString(),
        "std",
        deviations.toString());
  }
}
