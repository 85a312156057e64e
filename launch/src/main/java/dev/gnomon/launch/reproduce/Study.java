package dev.gnomon.launch.reproduce;

import com.typesafe.config.ConfigValue;
import java.util.List;

/**
 * What becomes of a mode when one of its settings changes.
 *
 * @param key below {@code gnomon}
 */
public record Study(String name, String mode, String key, List<ConfigValue> values) {

  /** Name of the mode with one of the values, such as "staleness-16". */
  static String variant(String study, ConfigValue value) {
    return study + "-" + value.unwrapped();
  }
}
