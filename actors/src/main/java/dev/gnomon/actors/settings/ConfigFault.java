package dev.gnomon.actors.settings;

import com.typesafe.config.Config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param place file and line, or the option of the command line
 * @param key the key, or empty where a whole file is wrong
 * @param problem what was expected, and the nearest known key where the key is unknown
 */
public record ConfigFault(String place, String key, String problem) {

  /** A fault of {@code key} where {@code config} sets it. */
  public static ConfigFault of(Config config, String key, String problem) {
    return new ConfigFault(ConfigCheck.place(config.getValue(key).origin()), key, problem);
  }

  @Override
  public String toString() {
    return key.isEmpty() ? place + ": " + problem : place + ": " + key + ": " + problem;
  }
}
