package dev.gnomon.launch.reproduce;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a mode when some of its settings change.
 *
 * @param question that it answers; empty = none is told
 * @param what changes, such as a key below {@code gnomon}
 * @param variants one after another
 */
public record Study(
    String name, String mode, Optional<String> question, String what, List<Variant> variants) {

  /**
   * A mode with other settings.
   *
   * @param name also of its runs, such as "staleness-16"
   * @param words of its row
   * @param settings below {@code gnomon}, over those of the mode
   */
  public record Variant(String name, String words, Config settings) {}

  /** One setting with several values. */
  static Study of(
      String name, String mode, Optional<String> question, String key, List<ConfigValue> values) {
    List<Variant> variants =
        values.stream()
            .map(
                value ->
                    new Variant(
                        name + "-" + value.unwrapped(),
                        String.valueOf(value.unwrapped()),
                        value.atPath(key)))
            .toList();
    return new Study(name, mode, question, "`gnomon.%s`".formatted(key), variants);
  }
}
