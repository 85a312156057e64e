package dev.gnomon.launch;

import com.typesafe.config.Config;
import dev.gnomon.actors.settings.Configuration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say under which configuration. */
final class ConfigurationOptions {

  private static final String FIRST_RUN = "shapes";

  /** The paper's optimizer; from scratch the defaults are better. */
  private static final List<String> FINE_TUNING =
      List.of(
          "gnomon.optimizer.learning-rate=5e-5",
          "gnomon.optimizer.beta1=0.9",
          "gnomon.optimizer.beta2=0.999",
          "gnomon.optimizer.weight-decay=0");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "A configuration, such as conf/presets/fashion-mnist.conf; several are laid over one"
              + " another, later ones win. Default: conf/presets/shapes.conf, or, for a run that is"
              + " there, its own.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "One key, over all files, such as gnomon.steps=1000. conf/defaults.conf lists the keys.")
  private List<String> sets = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "Where the images lie: gnomon.data.path.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--init",
      paramLabel = "WEIGHTS",
      description =
          "Start from these weights (safetensors) instead of random ones, with the paper's optimizer"
              + " for fine-tuning unless --set says otherwise.")
  private Optional<Path> init = Optional.empty();

  /** Whether a file was given. */
  boolean hasFiles() {
    return !files.isEmpty();
  }

  /** Name for a run under this configuration: that of the last file. */
  String name() {
    if (files.isEmpty()) {
      return FIRST_RUN;
    }
    return files.get(files.size() - 1).getFileName().toString().replaceFirst("\\.conf$", "");
  }

  /** The checked configuration; without a file that of the first run. */
  Config config() {
    return files.isEmpty()
        ? Configuration.preset(FIRST_RUN, settings())
        : Configuration.load(files, settings());
  }

  /** The checked configuration of what goes on under {@code kept}, with the settings over it. */
  Config config(Config kept) {
    return hasFiles() ? config() : Configuration.kept(kept, settings());
  }

  private List<String> settings() {
    List<String> all = new ArrayList<>();
    init.ifPresent(
        weights -> {
          all.add(path("gnomon.init", weights));
          all.addAll(FINE_TUNING);
        });
    all.addAll(sets);
    data.ifPresent(images -> all.add(path("gnomon.data.path", images)));
    return all;
  }

  private static String path(String key, Path path) {
    return key + "=\"" + path.toAbsolutePath().normalize() + "\"";
  }
}
