package dev.gnomon.tests.parity;

import java.util.Locale;

/**
 * One quantity of a reference file beside ours.
 *
 * @param quantity what was compared
 * @param deviation the largest deviation, in the unit the tolerance has; NaN where none could be
 *     computed
 * @param tolerance the largest deviation that is still equal
 * @param where which element deviates most, or why none could be compared; may be empty
 */
public record Row(String file, String quantity, double deviation, double tolerance, String where) {

  /** A quantity that could not be compared, which counts as a deviation. */
  static Row incomparable(String file, String reason) {
    return new Row(file, "can not be compared", Double.NaN, 0, reason);
  }

  /** Whether ours equals the reference. */
  public boolean ok() {
    return deviation <= tolerance;
  }

  /** The row as one line of a table. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-30s %-46s %10s %10s  %-3s %s",
        file,
        quantity,
        number(deviation),
        number(tolerance),
        ok() ? "ok" : "OFF",
        where);
  }

  /** The line above all rows. */
  static String heading() {
    return "%-30s %-46s %10s %10s".formatted("file", "quantity", "deviation", "tolerance");
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2e", value);
  }
}
