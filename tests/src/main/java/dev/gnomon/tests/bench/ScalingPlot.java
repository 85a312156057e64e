package dev.gnomon.tests.bench;

import dev.gnomon.launch.report.Charts;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Times of a step over one dimension, both axes logarithmic, as PNG of 900 x 560: a straight line
 * is a power, and equal slopes are equal growth.
 *
 * @param setting what the other dimensions are, in words
 * @param base the row whose time arithmetic's prediction starts from
 */
record ScalingPlot(Dimension dimension, String setting, List<ScalingRow> rows, ScalingRow base) {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 560;

  /** Writes the picture. */
  void write(Path file) throws IOException {
    XYChart chart = new XYChart(WIDTH, HEIGHT, ChartTheme.XChart);
    chart.setTitle("Time of a training step over " + dimension.title());
    chart.setXAxisTitle("%s  (%s)".formatted(dimension.title(), setting));
    chart.setYAxisTitle("milliseconds a step");
    Charts.style(chart.getStyler());
    Charts.legendBelow(chart.getStyler());
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setMarkerSize(9);
    chart.getStyler().setXAxisMin(Math.floor(binary(rows.get(0))));
    chart.getStyler().setXAxisMax(Math.ceil(binary(rows.get(rows.size() - 1))));
    Charts.powersOfTwo(chart, false);
    if (dimension.ofNetwork()) {
      line(chart, "training step", ScalingRow::step, 0x1f6fb4, SeriesMarkers.CIRCLE, false);
      line(chart, "actor system", ScalingRow::actors, 0x2a9d5c, SeriesMarkers.DIAMOND, false);
      line(chart, "step if it grew as its FLOP", this::predicted, 0x777777, null, true);
    } else {
      line(chart, "actor system", ScalingRow::actors, 0x2a9d5c, SeriesMarkers.DIAMOND, false);
      line(chart, "the same work as with one", this::predicted, 0x777777, null, true);
    }
    line(
        chart,
        "overhead of the actors",
        ScalingRow::overhead,
        0xd1493f,
        SeriesMarkers.SQUARE,
        false);
    Charts.write(chart, file);
  }

  /** Seconds that a row's step would take if time had grown from the base as FLOP do. */
  double predicted(ScalingRow row) {
    return base.time() * row.flop() / base.flop();
  }

  /** A row's time a FLOP over the base's. */
  double perFlop(ScalingRow row) {
    return row.steps() / (row.flop() / base.flop());
  }

  private void line(
      XYChart chart,
      String name,
      ToDoubleFunction<ScalingRow> seconds,
      int colour,
      Marker marker,
      boolean dashed) {
    XYSeries series =
        chart.addSeries(
            name,
            rows.stream().mapToDouble(ScalingPlot::binary).toArray(),
            rows.stream().mapToDouble(row -> 1e3 * seconds.applyAsDouble(row)).toArray());
    series.setLineColor(new Color(colour));
    series.setMarkerColor(new Color(colour));
    series.setMarker(marker == null ? SeriesMarkers.NONE : marker);
    series.setLineStyle(
        dashed
            ? new BasicStroke(
                2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {8, 6}, 0)
            : new BasicStroke(2.5f));
  }

  private static double binary(ScalingRow row) {
    return Charts.binary(row.value());
  }
}
