package dev.gnomon.tests.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** How one quantity grows with another. */
final class Growth {

  private Growth() {}

  /**
   * The p of y = c x^p, by least squares of the logarithms over all rows: 1 where y grows as x
   * does, 0 where it does not grow. An error of 20 % in one row moves p by at most 0.2 / ln(largest
   * x / smallest x), which is 0.1 for a factor of 8 and 0.05 for one of 60.
   */
  static double power(
      List<ScalingRow> rows, ToDoubleFunction<ScalingRow> x, ToDoubleFunction<ScalingRow> y) {
    double meanX = rows.stream().mapToDouble(r -> Math.log(x.applyAsDouble(r))).average().orElse(0);
    double meanY = rows.stream().mapToDouble(r -> Math.log(y.applyAsDouble(r))).average().orElse(0);
    double squares = 0;
    double products = 0;
    for (ScalingRow row : rows) {
      double dx = Math.log(x.applyAsDouble(row)) - meanX;
      squares += dx * dx;
      products += dx * (Math.log(y.applyAsDouble(row)) - meanY);
    }
    return products / squares;
  }

  /** The last row's over the first's. */
  static double factor(List<ScalingRow> rows, ToDoubleFunction<ScalingRow> of) {
    return of.applyAsDouble(rows.get(rows.size() - 1)) / of.applyAsDouble(rows.get(0));
  }
}
