package dev.gnomon.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.gnomon.model.diffusion.SolverKind;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds everything that is wrong with a resolved configuration, before anything is started: unknown
 * keys, values of a wrong type or out of range, and values that do not go together.
 */
public final class ConfigCheck {

  private final Config config;
  private final List<ConfigFault> faults = new ArrayList<>();

  private ConfigCheck(Config config) {
    this.config = config;
  }

  /**
   * All faults, first those of single keys, then those of combinations; empty if there are none.
   */
  public static List<ConfigFault> faults(Config config) {
    ConfigCheck check = new ConfigCheck(config);
    check.keys("", config.root());
    if (check.faults.isEmpty()) {
      check.combinations();
    }
    return check.faults;
  }

  private void keys(String prefix, ConfigObject group) {
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(group).entrySet()) {
      String name = ConfigUtil.joinPath(entry.getKey());
      String key = prefix.isEmpty() ? name : prefix + "." + name;
      ConfigValue value = entry.getValue();
      boolean isObject = value.valueType() == ConfigValueType.OBJECT;
      if (KnownKeys.isFree(key)) {
        continue;
      }
      if (isObject && KnownKeys.isGroup(key)) {
        keys(key, (ConfigObject) value);
      } else if (KnownKeys.expectation(key).isPresent()) {
        Expectation expected = KnownKeys.expectation(key).get();
        if (!expected.meets(value)) {
          fault(value, key, "is %s, expected %s".formatted(shown(value), expected.words()));
        }
      } else if (KnownKeys.isGroup(key)) {
        fault(
            value, key, "is %s, expected a group of keys: %s { ... }".formatted(shown(value), key));
      } else {
        if (key.equals("experiment")) {
          fault(value, key, "is an experiment's; launch/gnomon reproduce --config FILE runs it");
          continue;
        }
        var nearest = isObject ? KnownKeys.nearestGroup(key) : KnownKeys.nearest(key);
        fault(
            value,
            key,
            "there is no such key"
                + nearest
                    .map(near -> "; did you mean " + near + "?")
                    .orElse("; conf/defaults.conf lists them all"));
      }
    }
  }

  private void combinations() {
    int size = config.getInt("gnomon.data.size");
    int patch = config.getInt("gnomon.model.patch");
    if (size % patch != 0) {
      fault(
          "gnomon.model.patch",
          "is %d, which does not divide gnomon.data.size = %d; %s do"
              .formatted(patch, size, divisors(size)));
    }
    int width = config.getInt("gnomon.model.width");
    int heads = config.getInt("gnomon.model.heads");
    if (width % heads != 0) {
      fault(
          "gnomon.model.heads",
          "is %d, which does not divide gnomon.model.width = %d; %s do"
              .formatted(heads, width, divisors(width)));
    }
    CodesFile.fault(config).ifPresent(fault -> fault(fault.key(), fault.problem()));
    transport();
    versions();
    noiseLevels();
    data();
    if (config.getString("gnomon.condition.source").equals(Source.BOOTSTRAP.word())
        && config.getInt("gnomon.batch-size") < 2) {
      fault(
          "gnomon.batch-size",
          "is 1, expected at least 2: gnomon.condition.source = bootstrap normalises over a batch");
    }
    conditions();
    if (config.getString("gnomon.evaluate.solver").equals(SolverKind.EULER_MARUYAMA.word())
        && config.getInt("gnomon.evaluate.steps") < 2) {
      fault(
          "gnomon.evaluate.steps",
          "is 1, expected at least 2: euler-maruyama's last step is apart");
    }
    if (config.getDouble("gnomon.guidance.noise-from")
        >= config.getDouble("gnomon.guidance.noise-to")) {
      fault("gnomon.guidance.noise-from", "is not below gnomon.guidance.noise-to");
    }
    long checkpoint = config.getLong("gnomon.checkpoint.every");
    long evaluate = config.getLong("gnomon.evaluate.every");
    if (evaluate % checkpoint != 0) {
      fault(
          "gnomon.evaluate.every",
          "is %d, expected a multiple of gnomon.checkpoint.every = %d, or 0 for never"
              .formatted(evaluate, checkpoint));
    }
    if (config
            .getDuration("gnomon.restart.longest-backoff")
            .compareTo(config.getDuration("gnomon.restart.first-backoff"))
        < 0) {
      fault("gnomon.restart.longest-backoff", "is shorter than gnomon.restart.first-backoff");
    }
  }

  /** Guidance leads from what a network does without conditions to what it does under them. */
  private void conditions() {
    if (config.getString("gnomon.condition.source").equals(Source.NONE.word())) {
      return;
    }
    double dropped = config.getDouble("gnomon.condition.drop-probability");
    double strength = config.getDouble("gnomon.guidance.strength");
    if (dropped == 1) {
      fault(
          "gnomon.condition.drop-probability",
          "is 1, so that nothing would train under a condition; gnomon.condition.source = none is that");
    }
    if (dropped == 0 && strength != 0) {
      fault(
          "gnomon.guidance.strength",
          "is %s, and with gnomon.condition.drop-probability = 0 nothing is trained without its condition that it could lead away from; set one of the two"
              .formatted(strength));
    }
  }

  /** What is in the files matters to nodes alone: see the transport's Credentials. */
  private void transport() {
    for (String file : List.of("key-file", "cert-file", "ca-file")) {
      String key = "gnomon.tls." + file;
      if (config.getString("gnomon.transport").equals("tls") && config.getString(key).isBlank()) {
        fault(
            key, "is empty, expected a file: gnomon.transport = tls; launch/certificates makes it");
      }
    }
  }

  private void versions() {
    int publishEvery = config.getInt("gnomon.publish-every");
    int maxStaleness = config.getInt("gnomon.max-staleness");
    if (maxStaleness < publishEvery - 1) {
      fault(
          "gnomon.max-staleness",
          "is %d, expected at least gnomon.publish-every - 1 = %d: the step before a new version is that much older than the last one"
              .formatted(maxStaleness, publishEvery - 1));
    }
  }

  private void noiseLevels() {
    String key = "gnomon.noise-levels";
    if (config.getValue(key).valueType() != ConfigValueType.OBJECT) {
      return;
    }
    for (String part : List.of("teacher", "mask-from", "mask-to")) {
      if (!config.hasPath(key + "." + part)) {
        fault(
            key,
            "lacks %s; expected paper, code, or { teacher = 0.2, mask-from = 0.15, mask-to = 0.25 }"
                .formatted(part));
        return;
      }
    }
    if (config.getDouble(key + ".mask-from") >= config.getDouble(key + ".mask-to")) {
      fault(key + ".mask-from", "is not below gnomon.noise-levels.mask-to");
    }
  }

  private void data() {
    String kind = config.getString("gnomon.data.kind");
    boolean path = !config.getString("gnomon.data.path").isBlank();
    if (kind.equals("shapes") && path) {
      fault(
          "gnomon.data.path",
          "is set, but gnomon.data.kind = shapes reads no files; for your own images: --config conf/presets/image-folder.conf");
    }
    if (kind.equals("shapes") && config.getInt("gnomon.data.channels") != 3) {
      fault("gnomon.data.channels", "is 1, expected 3: gnomon.data.kind = shapes is in colour");
    }
    if (!kind.equals("shapes") && !kind.equals("auto") && !path) {
      fault(
          "gnomon.data.path",
          "is empty, expected where the images of gnomon.data.kind = %s lie: --data PATH"
              .formatted(kind));
    }
  }

  private void fault(String key, String problem) {
    fault(config.getValue(key), key, problem);
  }

  private void fault(ConfigValue value, String key, String problem) {
    faults.add(new ConfigFault(place(value.origin()), key, problem));
  }

  /** Where a value stands: "file:line" as a person would open it, or the option that set it. */
  static String place(ConfigOrigin origin) {
    String line = origin.lineNumber() > 0 ? ":" + origin.lineNumber() : "";
    String shipped = Configuration.shippedFolder();
    if (origin.url() != null && origin.url().toString().startsWith(shipped)) {
      return "conf/" + origin.url().toString().substring(shipped.length()) + line;
    }
    if (origin.filename() != null) {
      Path here = Path.of("").toAbsolutePath();
      Path file = Path.of(origin.filename()).toAbsolutePath().normalize();
      return (file.startsWith(here) ? here.relativize(file) : file) + line;
    }
    return origin.description().replaceFirst(": \\d+$", "");
  }

  private static String shown(ConfigValue value) {
    return value.render(ConfigRenderOptions.concise());
  }

  private static String divisors(int number) {
    return IntStream.rangeClosed(1, number)
        .filter(d -> number % d == 0)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(", "));
  }
}
