package dev.gnomon.launch;

import com.typesafe.config.Config;
import dev.gnomon.actors.settings.ConfigFault;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.actors.settings.RunKeys;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a run may go on under a configuration: what its numbers depend on must be as it was when
 * it began, or the result would be of neither.
 */
final class Continuation {

  private Continuation() {}

  /**
   * Checks that {@code now} continues {@code before}.
   *
   * @param place where {@code before} stands
   * @throws InvalidConfiguration with each key that differs
   */
  static void check(Config before, Config now, Path place) {
    check(before, now, place, "go on without changing it, or choose another --run");
  }

  /**
   * The same.
   *
   * @param remedy what to do where they differ
   */
  static void check(Config before, Config now, Path place, String remedy) {
    // A key that came after the run was begun has its default there.
    Config was = Configuration.completed(before).getConfig("gnomon");
    Config is = now.getConfig("gnomon");
    List<ConfigFault> faults = new ArrayList<>();
    for (String key : RunKeys.in(was, is)) {
      String old = shown(was, key);
      String wanted = shown(is, key);
      if (!old.equals(wanted)) {
        faults.add(
            new ConfigFault(
                place.toString(),
                "gnomon." + key,
                "is %s in this run, but %s now; %s".formatted(old, wanted, remedy)));
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
