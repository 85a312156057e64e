package dev.gnomon.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All that was measured, as comma-separated values: a line a value of a dimension. */
final class ScalingTable {

  private static final String HEAD =
      "dimension,value,step_gflop,step_ms,base_ms,ns_per_flop_over_base,loop_ms,actors_ms,overhead_ms";

  private ScalingTable() {}

  /** Writes it; what was not measured is empty. */
  static void write(Path file, Map<Dimension, ScalingPlot> plots) throws IOException {
    List<String> lines = new ArrayList<>(List.of(HEAD));
    plots.forEach((dimension, plot) -> plot.rows().forEach(row -> lines.add(line(plot, row))));
    Files.write(file, lines);
  }

  private static String line(ScalingPlot plot, ScalingRow row) {
    return String.join(
        ",",
        plot.dimension().name().toLowerCase(Locale.ROOT),
        String.valueOf(row.value()),
        number(row.flop() / 1e9),
        number(1e3 * row.step()),
        number(1e3 * row.base()),
        number(plot.perFlop(row)),
        number(1e3 * row.loop()),
        number(1e3 * row.actors()),
        number(1e3 * row.overhead()));
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.3f", value);
  }
}
