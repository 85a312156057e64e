package dev.gnomon.tests.bench;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A measured ratio.
 *
 * @param quantity what over what
 * @param ratio of the medians
 * @param bar what it must reach; NaN where there is none
 * @param aim what it should reach; NaN where there is none
 * @param atMost whether bar and aim are upper limits instead of lower ones
 * @param measured the medians it came from, by name with its unit, such as {@code step ms}
 */
record Figure(
    String quantity,
    double ratio,
    double bar,
    double aim,
    boolean atMost,
    Map<String, Double> measured) {

  Figure(String quantity, double ratio, double bar, double aim, Map<String, Double> measured) {
    this(quantity, ratio, bar, aim, false, measured);
  }

  /** A ratio that must not exceed its bar. */
  static Figure atMost(
      String quantity, double ratio, double bar, double aim, Map<String, Double> measured) {
    return new Figure(quantity, ratio, bar, aim, true, measured);
  }

  @Override
  public String toString() {
    String from =
        measured.entrySet().stream()
            .map(one -> one.getKey() + " " + number(one.getValue()))
            .collect(Collectors.joining(", "));
    String limit = atMost ? "<=" : ">=";
    return "%-54s %8s   must %s %-6s aim %s %-6s %s"
        .formatted(quantity, number(ratio), limit, number(bar), limit, number(aim), from);
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.3f" : "%.1f", value);
  }
}
