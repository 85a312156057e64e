package dev.gnomon.actors.settings;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which keys make a run what it is: its numbers depend on them, so they stay as they are from its
 * beginning to its end, and on all its nodes.
 */
public final class RunKeys {

  /** Keys that may differ: where work is done, how it is watched, what is kept. */
  private static final List<String> FREE =
      List.of(
          "actors",
          "checkpoint",
          "condition.codes",
          "data.path",
          "deadlines",
          "evaluate",
          "experiment",
          "guidance",
          "http",
          "memory",
          "plugins",
          "recompute-blocks",
          "restart",
          "roles",
          "threads",
          "tls",
          "transport",
          "wire");

  private static final String BELOW = "gnomon.";

  private RunKeys() {}

  /** Those of the keys below {@code gnomon} that two configurations have and must agree on. */
  public static Set<String> in(Config... gnomon) {
    Set<String> keys = new TreeSet<>();
    for (Config config : gnomon) {
      config.entrySet().stream().map(Map.Entry::getKey).filter(RunKeys::isFixed).forEach(keys::add);
    }
    return keys;
  }

  /**
   * All keys that must agree, by their whole paths. A key that may hold an object, as noise-levels
   * does, stands for those in it.
   */
  public static List<String> all() {
    Set<String> known = KnownKeys.all();
    return known.stream()
        .filter(key -> isFixed(key.substring(BELOW.length())))
        .filter(key -> known.stream().noneMatch(whole -> key.startsWith(whole + ".")))
        .toList();
  }

  /** Whether a key, by its path below {@code gnomon}, stays as it is. */
  public static boolean isFixed(String key) {
    return FREE.stream().noneMatch(free -> key.equals(free) || key.startsWith(free + "."));
  }
}
