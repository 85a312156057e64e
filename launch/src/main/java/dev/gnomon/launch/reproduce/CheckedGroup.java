package dev.gnomon.launch.reproduce;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import dev.gnomon.actors.settings.ConfigFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A group of keys of an experiment; what is wrong with them is noted, and reading goes on. */
final class CheckedGroup {

  private static final String NAME = "[a-z0-9][a-z0-9-]*";

  private final Config config;
  private final String path;
  private final String file;
  private final List<ConfigFault> faults;

  CheckedGroup(Config config, String path, String file, List<ConfigFault> faults) {
    this.config = config;
    this.path = path;
    this.file = file;
    this.faults = faults;
  }

  Config config() {
    return config;
  }

  boolean has(String key) {
    return config.hasPath(key);
  }

  /** Notes each key that is none of these. */
  void known(String... keys) {
    for (String key : config.root().keySet()) {
      if (!List.of(keys).contains(key)) {
        fault(key, "there is no such key; expected some of " + String.join(", ", keys));
      }
    }
  }

  void fault(String key, String problem) {
    String place = file;
    String quoted = ConfigUtil.joinPath(key);
    if (config.hasPathOrNull(quoted)) {
      place = ConfigFault.of(config, quoted, problem).place();
    }
    faults.add(new ConfigFault(place, path + "." + key, problem));
  }

  String text(String key) {
    return read(key, "text", () -> config.getString(key), text -> true, "");
  }

  /** Of a mode or a study: also part of the names of files. */
  String name(String key) {
    return read(
        key,
        "a name of small letters, digits and dashes",
        () -> config.getString(key),
        name -> name.matches(NAME),
        "");
  }

  String sha256(String key) {
    return read(
        key,
        "64 digits of 0-9 and a-f",
        () -> config.getString(key),
        text -> text.matches("[0-9a-f]{64}"),
        "");
  }

  List<String> names(String key) {
    return read(
        key,
        "a list of names",
        () -> config.getStringList(key),
        list -> !list.isEmpty(),
        List.of());
  }

  int count(String key, int least) {
    return read(
        key,
        "a whole number of at least " + least,
        () -> config.getInt(key),
        count -> count >= least && config.getDouble(key) == count,
        least);
  }

  double number(String key, double least, double most) {
    return read(
        key,
        "a number in [%s, %s]".formatted(least, most),
        () -> config.getDouble(key),
        number -> number >= least && number <= most,
        least);
  }

  List<Double> numbers(String key) {
    return read(
        key,
        "a list of numbers of at least 0",
        () -> config.getDoubleList(key),
        list -> !list.isEmpty() && list.stream().allMatch(n -> n >= 0 && n < 1e12),
        List.of());
  }

  List<Long> seeds(String key) {
    return read(
        key,
        "a list of different whole numbers",
        () -> config.getLongList(key),
        list -> !list.isEmpty() && list.stream().distinct().count() == list.size(),
        List.of());
  }

  List<ConfigValue> values(String key) {
    return read(
        key,
        "a list of values",
        () -> config.getList(key),
        list -> !list.isEmpty(),
        List.<ConfigValue>of());
  }

  Optional<CheckedGroup> optionalGroup(String key) {
    return has(key)
        ? Optional.ofNullable(
            read(
                key,
                "a group of keys: { ... }",
                () -> new CheckedGroup(config.getConfig(key), path + "." + key, file, faults),
                group -> true,
                null))
        : Optional.empty();
  }

  /** A list of groups; empty without the key. */
  List<CheckedGroup> groups(String key) {
    if (!has(key)) {
      return List.of();
    }
    return read(
        key,
        "a list of groups: [{ ... }, ...]",
        () -> {
          List<CheckedGroup> groups = new ArrayList<>();
          for (Config group : config.getConfigList(key)) {
            groups.add(
                new CheckedGroup(
                    group, "%s.%s[%d]".formatted(path, key, groups.size()), file, faults));
          }
          return groups;
        },
        groups -> true,
        List.of());
  }

  private <T> T read(
      String key, String expected, Supplier<? extends T> value, Predicate<T> fits, T otherwise) {
    try {
      T found = value.get();
      if (fits.test(found)) {
        return found;
      }
      fault(key, "is %s, expected %s".formatted(shown(key), expected));
    } catch (ConfigException.Missing e) {
      fault(key, "is missing, expected " + expected);
    } catch (ConfigException e) {
      fault(key, "is %s, expected %s".formatted(shown(key), expected));
    }
    return otherwise;
  }

  private String shown(String key) {
    Function<ConfigValue, String> render = v -> v.render(ConfigRenderOptions.concise());
    return render.apply(config.getValue(key));
  }
}
