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

/**
 * Lines through the means of a score, as PNG of 800 x 480; bars are as long as from seed to seed.
 */
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
  private final Axis across;
  private final Axis upwards;
  private final List<String> known;
  private final Map<String, List<Point>> lines = new LinkedHashMap<>();

  private record Point(double x, Figure y) {}

  /** An axis with its title; a logarithmic one is marked with powers of two. */
  record Axis(String title, boolean logarithmic) {

    static Axis plain(String title) {
      return new Axis(title, false);
    }

    static Axis logarithmic(String title) {
      return new Axis(title, true);
    }

    double place(double value) {
      return logarithmic ? Charts.binary(value) : value;
    }
  }

  /**
   * @param known lines that look the same in each plot, whichever are there; others come after them
   */
  ResultPlot(String title, Axis across, Axis upwards, List<String> known) {
    this.title = title;
    this.across = across;
    this.upwards = upwards;
    this.known = known;
  }

  /** Adds a point to a line; none where a seed lacks: its mean would be of others. */
  void add(String line, double x, Figure y) {
    if (y.isWhole()) {
      lines.computeIfAbsent(line, name -> new ArrayList<>()).add(new Point(x, y));
    }
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  void write(Path file) throws IOException {
    XYChart chart = new XYChart(WIDTH, HEIGHT, ChartTheme.XChart);
    chart.setTitle(title);
    chart.setXAxisTitle(across.title());
    chart.setYAxisTitle(upwards.title());
    Charts.style(chart.getStyler());
    Charts.legendBelow(chart.getStyler());
    chart.getStyler().setMarkerSize(7);
    chart.getStyler().setErrorBarsColorSeriesColor(true);
    if (across.logarithmic()) {
      Charts.powersOfTwo(chart, true);
      chart.getStyler().setXAxisTickMarkSpacingHint(WIDTH / 5);
    }
    if (upwards.logarithmic()) {
      chart.setCustomYAxisTickLabelsFormatter(Charts::power);
    }
    int others = known.size();
    for (Map.Entry<String, List<Point>> line : lines.entrySet()) {
      List<Point> points = line.getValue();
      XYSeries series =
          chart.addSeries(
              line.getKey(),
              points.stream().mapToDouble(point -> across.place(point.x())).toArray(),
              points.stream().mapToDouble(point -> upwards.place(point.y().mean())).toArray(),
              points.stream().mapToDouble(this::halfBar).toArray());
      int place = known.indexOf(line.getKey());
      int number = place >= 0 ? place : others++;
      Color colour = COLOURS[number % COLOURS.length];
      series.setLineColor(colour);
      series.setMarkerColor(colour);
      series.setMarker(MARKERS[number % MARKERS.length]);
    }
    Charts.write(chart, file);
  }

  private double halfBar(Point point) {
    return (upwards.place(point.y().most()) - upwards.place(point.y().least())) / 2;
  }
}
