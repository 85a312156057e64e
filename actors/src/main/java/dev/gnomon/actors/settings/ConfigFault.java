package dev.gnomon.actors.settings;

/**
 * One thing that is wrong with a configuration.
 *
 * @param place file and line, or the option of the command line
 * @param key the key, or empty where a whole file is wrong
 * @param problem what was expected, and the nearest known key where the key is unknown
 */
public record ConfigFault(String place, String key, String problem) {

  @Override
  public String toString() {
    return key.isEmpty() ? place + ": " + problem : place + ": " + key + ": " + problem;
  }
}
