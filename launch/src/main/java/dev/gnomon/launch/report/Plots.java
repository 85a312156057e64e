package dev.gnomon.launch.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The charts of a report. */
final class Plots {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 440;
  private static final int SQUARE = 760;
  private static final int POINTS = 300; // of a curve at most
  private static final int MARKED = 40; // points whose places are shown

  private Plots() {}

  /**
   * Curves from 0 upwards.
   *
   * @param boundary where a line stands for the beginning of stage 2
   */
  static void lines(
      Path file,
      String title,
      String across,
      String upwards,
      List<Curve> curves,
      OptionalDouble boundary)
      throws IOException {
    XYChart chart = new XYChart(WIDTH, HEIGHT, ChartTheme.XChart);
    chart.setTitle(title);
    chart.setXAxisTitle(across);
    chart.setYAxisTitle(upwards);
    Charts.style(chart.getStyler());
    List<Curve> drawn =
        curves.stream().filter(curve -> !curve.isEmpty()).map(c -> c.thinned(POINTS)).toList();
    chart.getStyler().setLegendVisible(drawn.size() > 1);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    chart.getStyler().setXAxisMin(0.0).setXAxisTickMarkSpacingHint(100);
    double most = drawn.stream().flatMapToDouble(c -> DoubleStream.of(c.values())).max().orElse(1);
    double least = drawn.stream().flatMapToDouble(c -> DoubleStream.of(c.values())).min().orElse(0);
    chart.getStyler().setYAxisMin(Math.min(0, 1.1 * least)).setYAxisMax(most > 0 ? 1.1 * most : 1);
    for (int i = 0; i < drawn.size(); i++) {
      Curve curve = drawn.get(i);
      XYSeries series = chart.addSeries(curve.name(), curve.steps(), curve.values());
      colour(series, Colours.of(i, drawn.size()));
      series.setMarker(curve.steps().length <= MARKED ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }
    boundary.ifPresent(
        step -> {
          XYSeries line =
              chart.addSeries("stage 2", new double[] {step, step}, new double[] {0, 1.1 * most});
          line.setMarker(SeriesMarkers.NONE).setLineStyle(SeriesLines.DASH_DASH);
          line.setLineColor(Color.GRAY).setLineWidth(1).setShowInLegend(false);
          chart.addAnnotation(new AnnotationText("stage 2", step, 0.05 * most, false));
        });
    Charts.write(chart, file);
  }

  /** Bars, numbered from 0. */
  static void bars(Path file, String title, String across, String upwards, double[] values)
      throws IOException {
    CategoryChart chart = new CategoryChart(WIDTH, HEIGHT, ChartTheme.XChart);
    chart.setTitle(title);
    chart.setXAxisTitle(across);
    chart.setYAxisTitle(upwards);
    Charts.style(chart.getStyler());
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setAvailableSpaceFill(0.85);
    chart.getStyler().setXAxisMaxLabelCount(20);
    CategorySeries series =
        chart.addSeries(
            "share",
            IntStream.range(0, values.length).mapToObj(Integer::toString).toList(),
            DoubleStream.of(values).boxed().toList());
    series.setFillColor(Colours.of(0, 1));
    Charts.write(chart, file);
  }

  /** Points of several groups. */
  static void scatter(Path file, ScatterChart points) throws IOException {
    XYChart chart = new XYChart(SQUARE, SQUARE, ChartTheme.XChart);
    chart.setTitle(points.title());
    chart.setXAxisTitle(points.across());
    chart.setYAxisTitle(points.upwards());
    Charts.style(chart.getStyler());
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    chart.getStyler().setMarkerSize(5);
    chart.getStyler().setAxisTicksVisible(false);
    chart.getStyler().setPlotGridLinesVisible(false);
    chart.getStyler().setLegendVisible(!points.inPlace() && points.drawn().size() <= 24);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    for (int group : points.drawn()) {
      int[] members = points.members(group).toArray();
      double[] x = IntStream.of(members).mapToDouble(i -> points.points()[i][0]).toArray();
      double[] y = IntStream.of(members).mapToDouble(i -> points.points()[i][1]).toArray();
      XYSeries series = chart.addSeries(points.names().get(group), x, y);
      series.setMarker(SeriesMarkers.CIRCLE);
      series.setMarkerColor(Colours.of(group, points.names().size()));
    }
    if (points.inPlace()) {
      for (int group : points.named()) {
        double[] middle = points.middle(group);
        chart.addAnnotation(
            new AnnotationText(points.names().get(group), middle[0], middle[1], false));
      }
    }
    Charts.write(chart, file);
  }

  private static void colour(XYSeries series, Color colour) {
    series.setLineColor(colour).setLineStyle(new BasicStroke(2f));
    series.setMarkerColor(colour);
  }
}
