package dev.gnomon.launch.reproduce;

import dev.gnomon.launch.report.Charts;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines through the means of a score, as PNG of 800 x 480; bars reach from seed to seed. */
final class ResultPlot {

  private static final int WIDTH = 800;
  private static final int HEIGHT = 480;
  private static final Color[] COLOURS = {
    new Color(0x777777),
    new Color(0x1f6fb4),
    new Color(0xd1493f),
    new Color(0x2a9d5c),
    new Color(0x8a5bb5),
    new Color(0xc98a1b),
    new Color(0x17a2a8)
  };
  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.DIAMOND, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP
  };

  private final String title;
  private final String across;
  private final String upwards;
  private final boolean logarithmic;
  private final Map<String, List<Point>> lines = new LinkedHashMap<>();

  private record Point(double x, Figure y) {}

  /**
   * @param across title of the horizontal axis
   * @param upwards title of the vertical axis
   * @param logarithmic whether the horizontal axis is
   */
  ResultPlot(String title, String across, String upwards, boolean logarithmic) {
    this.title = title;
    this.across = across;
    this.upwards = upwards;
    this.logarithmic = logarithmic;
  }

  /** Adds a point to a line; none where no seed has it. */
  void add(String line, double x, Figure y) {
    if (!y.isEmpty()) {
      lines.computeIfAbsent(line, name -> new ArrayList<>()).add(new Point(x, y));
    }
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  void write(Path file) throws IOException {
    XYChart chart = new XYChart(WIDTH, HEIGHT, ChartTheme.XChart);
    chart.setTitle(title);
    chart.setXAxisTitle(across);
    chart.setYAxisTitle(upwards);
    Charts.style(chart.getStyler());
    Charts.legendBelow(chart.getStyler());
    chart.getStyler().setMarkerSize(7);
    chart.getStyler().setErrorBarsColorSeriesColor(true);
    if (logarithmic) {
      Charts.powersOfTwo(chart, true);
      chart.getStyler().setXAxisTickMarkSpacingHint(WIDTH / 5);
    }
    int number = 0;
    for (Map.Entry<String, List<Point>> line : lines.entrySet()) {
      List<Point> points = line.getValue();
      XYSeries series =
          chart.addSeries(
              line.getKey(),
              points.stream().mapToDouble(point -> place(point.x())).toArray(),
              points.stream().mapToDouble(point -> point.y().mean()).toArray(),
              points.stream().mapToDouble(point -> point.y().spread() / 2).toArray());
      Color colour = COLOURS[number % COLOURS.length];
      series.setLineColor(colour);
      series.setMarkerColor(colour);
      series.setMarker(MARKERS[number % MARKERS.length]);
      number++;
    }
    Charts.write(chart, file);
  }

  private double place(double x) {
    return logarithmic ? Charts.binary(x) : x;
  }
}
