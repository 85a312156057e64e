package dev.gnomon.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keys that may change while a run goes on: those that its coordinator alone reads. The others are
 * what the numbers depend on, or are read when an actor starts.
 */
public final class LiveKeys {

  private static final List<String> KEYS =
      List.of(
          "gnomon.checkpoint.every",
          "gnomon.deadlines.evaluator",
          "gnomon.deadlines.stop",
          "gnomon.deadlines.waiting",
          "gnomon.evaluate.every",
          "gnomon.restart.attempts",
          "gnomon.restart.skipped-batches",
          "gnomon.restart.within");

  private static final String SET = "[A-Za-z0-9.-]+=[^\\p{Cntrl}]*"; // one key, one line

  private LiveKeys() {}

  /** All of them, by their whole paths. */
  public static List<String> all() {
    return KEYS;
  }

  /**
   * {@code settings} with all of {@code sets}, each "key=value", over them.
   *
   * @throws InvalidConfiguration with every fault, and then nothing is to change
   */
  public static RunSettings changed(RunSettings settings, List<String> sets) {
    List<ConfigFault> faults = new ArrayList<>();
    for (String set : sets) {
      if (!set.matches(SET)) {
        faults.add(
            new ConfigFault(
                "set " + set, "", "expected key=value, such as gnomon.checkpoint.every=50"));
      }
    }
    if (sets.isEmpty()) {
      faults.add(new ConfigFault("set", "", "expected key=value after it"));
    }
    if (!faults.isEmpty()) {
      throw new InvalidConfiguration(faults);
    }
    Config changed = Configuration.kept(settings.resolved(), sets);
    for (String key : differing(settings.resolved(), changed)) {
      if (!KEYS.contains(key)) {
        faults.add(new ConfigFault("set", key, why(key)));
      }
    }
    if (!faults.isEmpty()) {
      throw new InvalidConfiguration(faults);
    }
    return settings.with(changed);
  }

  /** The keys whose values differ, each with its new value and what it was. */
  public static Map<String, String> differences(RunSettings before, RunSettings after) {
    Map<String, String> differences = new LinkedHashMap<>();
    for (String key : differing(before.resolved(), after.resolved())) {
      differences.put(
          key,
          "%s (was %s)".formatted(shown(after.resolved(), key), shown(before.resolved(), key)));
    }
    return differences;
  }

  private static String why(String key) {
    String below = key.replaceFirst("^gnomon\\.", "");
    String reason =
        key.startsWith("gnomon.") && RunKeys.isFixed(below)
            ? "the run's numbers depend on it, so it stays as it is from beginning to end"
            : "is read when a process starts: give it with --set at its next start";
    return reason + "; while a run goes on these can change: " + String.join(", ", KEYS);
  }

  private static Set<String> differing(Config one, Config other) {
    Set<String> keys = new TreeSet<>();
    one.entrySet().forEach(entry -> keys.add(entry.getKey()));
    other.entrySet().forEach(entry -> keys.add(entry.getKey()));
    keys.removeIf(key -> shown(one, key).equals(shown(other, key)));
    return keys;
  }

  private static String shown(Config config, String key) {
    try {
      return config.hasPath(key)
          ? config.getValue(key).render(ConfigRenderOptions.concise()).replaceAll("^\"|\"$", "")
          : "absent";
    } catch (ConfigException e) {
      return "absent";
    }
  }
}
