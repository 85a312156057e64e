package dev.gnomon.tests.bench;

import dev.gnomon.launch.report.Charts;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What a run costs over its number of nodes: four pictures in one PNG, each from 0 upwards. */
final class NodesPlot {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 360;

  private NodesPlot() {}

  static void write(List<NodesBench.Row> rows, Path file) throws IOException {
    List<XYChart> charts =
        List.of(
            chart("Steps a second", rows, List.of(), NodesBench.Row::stepsPerSecond),
            chart("Coordinator's process, % of a core", rows, List.of(), row -> 100 * row.leader()),
            chart(
                "Messages and kilobytes a step, all nodes",
                rows,
                List.of("messages", "kilobytes"),
                NodesBench.Row::messages,
                row -> row.bytes() / 1000),
            chart(
                "Seconds to join and to heal",
                rows,
                List.of("all nodes join", "a teacher is killed, and back"),
                NodesBench.Row::joined,
                NodesBench.Row::healed));
    BitmapEncoder.saveBitmap(charts, 2, 2, file.toString(), BitmapFormat.PNG);
  }

  @SafeVarargs
  private static XYChart chart(
      String title,
      List<NodesBench.Row> rows,
      List<String> names,
      ToDoubleFunction<NodesBench.Row>... values) {
    XYChart chart = new XYChart(WIDTH, HEIGHT, ChartTheme.XChart);
    chart.setTitle(title);
    chart.setXAxisTitle("nodes");
    Charts.style(chart.getStyler());
    chart.getStyler().setLegendVisible(!names.isEmpty());
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setMarkerSize(8);
    double highest = 0;
    int[] colours = {0x1f6fb4, 0xd1493f};
    for (int i = 0; i < values.length; i++) {
      ToDoubleFunction<NodesBench.Row> value = values[i];
      List<NodesBench.Row> known =
          rows.stream().filter(row -> !Double.isNaN(value.applyAsDouble(row))).toList();
      XYSeries series =
          chart.addSeries(
              names.isEmpty() ? title : names.get(i),
              known.stream().mapToDouble(row -> Charts.binary(row.nodes())).toArray(),
              known.stream().mapToDouble(value).toArray());
      series.setLineColor(new Color(colours[i]));
      series.setMarkerColor(new Color(colours[i]));
      series.setMarker(SeriesMarkers.CIRCLE);
      highest = Math.max(highest, known.stream().mapToDouble(value).max().orElse(0));
    }
    chart.getStyler().setXAxisMin(1.0);
    chart.getStyler().setXAxisMax(6.0);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisMax(1.15 * highest);
    Charts.powersOfTwo(chart, false);
    return chart;
  }
}
