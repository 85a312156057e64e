package dev.gnomon.launch;

import com.typesafe.config.Config;
import dev.gnomon.actors.settings.ConfigFault;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.InvalidConfiguration;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether a run may go on under a configuration: what its numbers depend on must be as it was when
 * it began, or the result would be of neither.
 */
final class Continuation {

  /** Keys that may change: where work is done, how it is watched, what is kept. */
  private static final List<String> FREE =
      List.of(
          "actors",
          "checkpoint",
          "data.path",
          "deadlines",
          "evaluate",
          "experiment",
          "guidance",
          "memory",
          "plugins",
          "recompute-blocks",
          "restart",
          "roles",
          "threads",
          "wire");

  private Continuation() {}

  /**
   * Checks that {@code now} continues {@code before}.
   *
   * @param place where {@code before} stands
   * @throws InvalidConfiguration with each key that differs
   */
  static void check(Config before, Config now, Path place) {
    // A key that came after the run was begun has its default there.
    Config was = Configuration.kept(before, List.of()).getConfig("gnomon");
    Config is = now.getConfig("gnomon");
    Set<String> keys = new TreeSet<>();
    was.entrySet().stream().map(Map.Entry::getKey).forEach(keys::add);
    is.entrySet().stream().map(Map.Entry::getKey).forEach(keys::add);
    List<ConfigFault> faults = new ArrayList<>();
    for (String key : keys) {
      if (FREE.stream().noneMatch(free -> key.equals(free) || key.startsWith(free + "."))) {
        String old = shown(was, key);
        String wanted = shown(is, key);
        if (!old.equals(wanted)) {
          faults.add(
              new ConfigFault(
                  place.toString(),
                  "gnomon." + key,
                  "is %s in this run, but %s now; go on without changing it, or choose another --run"
                      .formatted(old, wanted)));
        }
      }
    }
    if (!faults.isEmpty()) {
      throw new InvalidConfiguration(faults);
    }
  }

  private static String shown(Config config, String key) {
    if (!config.hasPath(key)) {
      return "absent";
    }
    String value = String.valueOf(config.getValue(key).unwrapped());
    try {
      // A manifest keeps numbers as text, and 2 is 2.0.
      return new BigDecimal(value).stripTrailingZeros().toPlainString();
    } catch (NumberFormatException word) {
      return value;
    }
  }
}
