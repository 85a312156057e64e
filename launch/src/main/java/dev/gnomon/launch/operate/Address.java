package dev.gnomon.launch.operate;

import dev.gnomon.launch.UsageException;

/** HOST:PORT, as a person types it. */
final class Address {

  private Address() {}

  /** Whether that text is one. */
  static boolean is(String text) {
    return text.matches("(\\[[0-9a-fA-F:.]+]|[\\w.-]+):\\d{1,5}")
        && Integer.parseInt(text.substring(text.lastIndexOf(':') + 1)) <= 65_535;
  }

  /** The same text, if it is one. */
  static String checked(String option, String text) {
    if (!is(text)) {
      throw new UsageException(
          "%s: \"%s\" is not HOST:PORT, such as 10.0.0.1:8080".formatted(option, text));
    }
    return text;
  }
}
