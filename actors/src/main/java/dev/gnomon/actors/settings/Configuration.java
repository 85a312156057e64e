package dev.gnomon.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a run's configuration comes from: the defaults, over them a preset or files, later ones
 * winning, over those the settings of the command line. The defaults and the presets are on the
 * class path as {@code gnomon/defaults.conf} and {@code gnomon/presets/NAME.conf}.
 */
public final class Configuration {

  private static final String DEFAULTS = "gnomon/defaults.conf";

  private final List<ConfigFault> faults = new ArrayList<>();
  private Config layers = resource(DEFAULTS);

  private Configuration() {}

  /**
   * The checked and resolved configuration of {@code files}, later ones winning, and {@code sets},
   * each "key=value".
   *
   * @throws InvalidConfiguration with every fault
   */
  public static Config load(List<Path> files, List<String> sets) {
    Configuration configuration = new Configuration();
    files.forEach(configuration::file);
    sets.forEach(configuration::set);
    return configuration.checked();
  }

  /**
   * The checked and resolved configuration of a preset that ships with the program, such as
   * "shapes", and {@code sets}.
   *
   * @throws InvalidConfiguration with every fault
   */
  public static Config preset(String name, List<String> sets) {
    Configuration configuration = new Configuration();
    configuration.layers =
        resource("gnomon/presets/" + name + ".conf").withFallback(configuration.layers);
    sets.forEach(configuration::set);
    return configuration.checked();
  }

  /**
   * The checked and resolved configuration that {@code kept} keeps of a run, such as a manifest's
   * settings, with {@code sets} over it.
   *
   * @throws InvalidConfiguration with every fault
   */
  public static Config kept(Config kept, List<String> sets) {
    Configuration configuration = new Configuration();
    configuration.layers = kept.withFallback(configuration.layers);
    sets.forEach(configuration::set);
    return configuration.checked();
  }

  /** What a checkpoint keeps of its run, with the default of each key that came later. */
  public static Config completed(Config kept) {
    return kept.withFallback(resource(DEFAULTS)).resolve();
  }

  /**
   * The files of a folder of conf/ that ships with the program, such as "presets": the name of each
   * with the first line of its comment.
   */
  public static Map<String, String> shipped(String folder) {
    URI place = URI.create(shippedFolder() + folder);
    try {
      if (!place.getScheme().equals("jar")) {
        return described(Path.of(place));
      }
      try (FileSystem jar = FileSystems.newFileSystem(place, Map.of())) {
        return described(Path.of(place));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(place + " can not be read", e);
    }
  }

  private static Map<String, String> described(Path folder) throws IOException {
    Map<String, String> described = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.conf")) {
      for (Path file : files) {
        String first = Files.readString(file).lines().findFirst().orElse("");
        described.put(
            file.getFileName().toString().replaceFirst("\\.conf$", ""),
            first.replaceFirst("^#\\s*", ""));
      }
    }
    return described;
  }

  private static Config resource(String name) {
    return ConfigFactory.parseResources(Configuration.class.getClassLoader(), name, mustExist());
  }

  /** Where the files of conf/ lie on the class path, as a URL that ends in a slash. */
  static String shippedFolder() {
    String defaults = Configuration.class.getClassLoader().getResource(DEFAULTS).toString();
    return defaults.substring(0, defaults.lastIndexOf('/') + 1);
  }

  private static ConfigParseOptions mustExist() {
    return ConfigParseOptions.defaults().setAllowMissing(false);
  }

  private void file(Path file) {
    if (!Files.isRegularFile(file)) {
      faults.add(
          new ConfigFault(
              file.toString(), "", "there is no such file; presets are in conf/presets"));
      return;
    }
    try {
      layers = ConfigFactory.parseFile(file.toFile(), mustExist()).withFallback(layers);
    } catch (ConfigException e) {
      faults.add(unreadable(e));
    }
  }

  private void set(String set) {
    String place = "--set " + set;
    int equals = set.indexOf('=');
    if (equals < 1) {
      faults.add(new ConfigFault(place, "", "expected key=value, such as gnomon.steps=1000"));
      return;
    }
    try {
      layers =
          ConfigFactory.parseString(set, ConfigParseOptions.defaults().setOriginDescription(place))
              .withFallback(layers);
    } catch (ConfigException notHocon) {
      // A plain text such as a path with a colon: taken as it stands.
      layers =
          text(set.substring(0, equals), set.substring(equals + 1), place).withFallback(layers);
    }
  }

  private Config text(String key, String value, String place) {
    try {
      return ConfigValueFactory.fromAnyRef(value, place).atPath(key);
    } catch (ConfigException e) {
      faults.add(new ConfigFault(place, "", "'%s' is not a key".formatted(key)));
      return ConfigFactory.empty();
    }
  }

  private Config checked() {
    Config resolved;
    try {
      resolved = layers.resolve();
      faults.addAll(ConfigCheck.faults(resolved));
      if (faults.isEmpty()) {
        resolved = CodesFile.identified(resolved);
      }
    } catch (ConfigException e) {
      faults.add(unreadable(e));
      resolved = layers;
    }
    if (!faults.isEmpty()) {
      throw new InvalidConfiguration(faults);
    }
    return resolved;
  }

  private static ConfigFault unreadable(ConfigException e) {
    String place = e.origin() == null ? "configuration" : ConfigCheck.place(e.origin());
    return new ConfigFault(place, "", e.getMessage().replaceFirst("^[^:]*: \\d+: ", ""));
  }
}
