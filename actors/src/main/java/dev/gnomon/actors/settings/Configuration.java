package dev.gnomon.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a run's configuration comes from: the defaults, over them the given files in order, over
 * those the settings of the command line. The defaults and the presets are on the class path as
 * {@code gnomon/defaults.conf} and {@code gnomon/presets/NAME.conf}.
 */
public final class Configuration {

  private Configuration() {}

  /**
   * Resolved configuration of {@code files}, later ones first, and {@code sets}, each "key=value".
   */
  public static Config load(List<Path> files, List<String> sets) {
    Config config = defaults();
    for (Path file : files) {
      config =
          ConfigFactory.parseFile(
                  file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
              .withFallback(config);
    }
    return over(config, sets).resolve();
  }

  /** Resolved configuration of a preset that ships with the program, such as "shapes". */
  public static Config preset(String name, List<String> sets) {
    return over(
            ConfigFactory.parseResources(
                    Configuration.class.getClassLoader(),
                    "gnomon/presets/" + name + ".conf",
                    ConfigParseOptions.defaults().setAllowMissing(false))
                .withFallback(defaults()),
            sets)
        .resolve();
  }

  private static Config defaults() {
    return ConfigFactory.parseResources(
        Configuration.class.getClassLoader(),
        "gnomon/defaults.conf",
        ConfigParseOptions.defaults().setAllowMissing(false));
  }

  private static Config over(Config config, List<String> sets) {
    Config result = config;
    for (String set : sets) {
      result =
          ConfigFactory.parseString(
                  set, ConfigParseOptions.defaults().setOriginDescription("--set " + set))
              .withFallback(result);
    }
    return result;
  }
}
