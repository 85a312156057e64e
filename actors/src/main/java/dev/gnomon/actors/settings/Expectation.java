package dev.gnomon.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the value of a key has to be.
 *
 * @param words for the person who reads the fault, such as "a whole number of at least 1"
 */
record Expectation(String words, Predicate<ConfigValue> test) {

  boolean meets(ConfigValue value) {
    try {
      return test.test(value);
    } catch (ConfigException wrongType) {
      return false;
    }
  }

  static Expectation whole(long least) {
    return new Expectation(
        "a whole number of at least " + least,
        value -> wholeNumber(value) && single(value).getLong("value") >= least);
  }

  static Expectation count(int least) {
    return count(least, Integer.MAX_VALUE);
  }

  static Expectation count(int least, int most) {
    String bound = most == Integer.MAX_VALUE ? "of at least " + least : least + " to " + most;
    return new Expectation(
        least == most ? String.valueOf(least) : "a whole number " + bound,
        value ->
            wholeNumber(value)
                && single(value).getLong("value") >= least
                && single(value).getLong("value") <= most);
  }

  static Expectation even(int least) {
    return new Expectation(
        "an even number of at least " + least,
        value -> count(least).meets(value) && single(value).getInt("value") % 2 == 0);
  }

  static Expectation within(double least, double most) {
    return new Expectation(
        "a number in [%s, %s]".formatted(plain(least), plain(most)),
        value -> number(value) >= least && number(value) <= most);
  }

  /** In [0, 1). */
  static Expectation shareBelowOne() {
    return new Expectation("a number in [0, 1)", value -> number(value) >= 0 && number(value) < 1);
  }

  static Expectation atLeast(double least) {
    return new Expectation(
        "a number of at least " + plain(least),
        value -> number(value) >= least && Double.isFinite(number(value)));
  }

  static Expectation positive() {
    return new Expectation(
        "a number above 0", value -> number(value) > 0 && Double.isFinite(number(value)));
  }

  static Expectation flag() {
    return new Expectation(
        "true or false",
        value -> {
          single(value).getBoolean("value");
          return true;
        });
  }

  static Expectation oneOf(String... choices) {
    List<String> known = Arrays.asList(choices);
    return new Expectation(
        String.join(" | ", choices), value -> known.contains(single(value).getString("value")));
  }

  static Expectation text() {
    return matching("text", ".*");
  }

  static Expectation matching(String words, String pattern) {
    return new Expectation(
        words, value -> single(value).getString("value").matches("(?s)" + pattern));
  }

  static Expectation duration() {
    return new Expectation(
        "a duration above 0, such as 500ms, 2s or 10m",
        value -> single(value).getDuration("value").toNanos() > 0);
  }

  static Expectation bytes() {
    return new Expectation(
        "a size in bytes, such as 8 MiB", value -> single(value).getBytes("value") > 0);
  }

  static Expectation names() {
    return new Expectation(
        "a list of class names",
        value -> {
          single(value).getStringList("value");
          return true;
        });
  }

  private static boolean wholeNumber(ConfigValue value) {
    return value.valueType() != ConfigValueType.BOOLEAN
        && number(value) == Math.rint(number(value));
  }

  private static double number(ConfigValue value) {
    return single(value).getDouble("value");
  }

  private static Config single(ConfigValue value) {
    return value.atKey("value");
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}
