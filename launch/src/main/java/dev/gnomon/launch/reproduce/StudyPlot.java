package dev.gnomon.launch.reproduce;

import dev.gnomon.launch.report.Charts;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * FD, on the left axis, and NMI of the codes, on the right one, of each row of a study, as PNG of
 * 800 x 400; bars are as long as from seed to seed. Rows that lack seeds are compared on those that
 * all rows have, which the title says.
 */
final class StudyPlot {

  private static final int WIDTH = 800;
  private static final int HEIGHT = 400;
  private static final Color LEFT = new Color(0x1f6fb4);
  private static final Color RIGHT = new Color(0xd1493f);

  private final Study study;
  private final List<Long> seeds;
  private final List<Point> points = new ArrayList<>();

  private record Point(String mark, Figure distance, Figure agreement) {

    boolean has(int seed) {
      return distance.ofSeeds().get(seed).isPresent() && agreement.ofSeeds().get(seed).isPresent();
    }

    Point at(List<Integer> kept) {
      return new Point(mark, distance.at(kept), agreement.at(kept));
    }
  }

  /**
   * @param seeds that figures are of, in their order
   */
  StudyPlot(Study study, List<Long> seeds) {
    this.study = study;
    this.seeds = seeds;
  }

  /** Adds a row; one that lacks a score is left out. */
  void add(String mark, Figure distance, Figure agreement) {
    if (!distance.isEmpty() && !agreement.isEmpty()) {
      points.add(new Point(mark, distance, agreement));
    }
  }

  /** Whether there is something to compare. */
  boolean isDrawable() {
    return points.size() > 1 && !shared().isEmpty();
  }

  /** Places of the seeds that all rows have. */
  private List<Integer> shared() {
    return IntStream.range(0, seeds.size())
        .filter(seed -> points.stream().allMatch(point -> point.has(seed)))
        .boxed()
        .toList();
  }

  /** What it is of: seeds are named where not all are compared. */
  String title() {
    List<Long> shown = shared().stream().map(seeds::get).toList();
    String all = "%s: %s".formatted(study.mode(), study.name());
    return shown.equals(seeds) ? all : "%s, seed %s".formatted(all, Experiment.listed(shown));
  }

  void write(Path file) throws IOException {
    CategoryChart chart = new CategoryChart(WIDTH, HEIGHT, ChartTheme.XChart);
    chart.setTitle(title());
    chart.setXAxisTitle(study.what().replace("`", ""));
    chart.setYAxisGroupTitle(0, "FD");
    chart.setYAxisGroupTitle(1, "NMI of the codes");
    Charts.style(chart.getStyler());
    Charts.legendBelow(chart.getStyler());
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
    chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
    chart.getStyler().setMarkerSize(10);
    chart.getStyler().setErrorBarsColorSeriesColor(true);
    line(chart, "FD (left)", 0, LEFT, SeriesMarkers.CIRCLE, Point::distance);
    line(chart, "NMI of the codes (right)", 1, RIGHT, SeriesMarkers.DIAMOND, Point::agreement);
    Charts.write(chart, file);
  }

  private void line(
      CategoryChart chart,
      String name,
      int axis,
      Color colour,
      Marker marker,
      Function<Point, Figure> score) {
    List<Integer> shared = shared();
    List<Figure> figures = points.stream().map(point -> score.apply(point.at(shared))).toList();
    CategorySeries series =
        chart.addSeries(
            name,
            points.stream().map(Point::mark).toList(),
            figures.stream().map(Figure::mean).toList(),
            figures.stream().map(figure -> figure.spread() / 2).toList());
    series.setYAxisGroup(axis);
    series.setLineColor(colour); // of the bars
    series.setMarkerColor(colour);
    series.setMarker(marker);
    double least = figures.stream().mapToDouble(Figure::least).min().orElseThrow();
    double most = figures.stream().mapToDouble(Figure::most).max().orElseThrow();
    double margin = Math.max(0.1 * (most - least), 0.01 * Math.abs(most));
    chart.getStyler().setYAxisMin(axis, least - margin);
    chart.getStyler().setYAxisMax(axis, most + margin);
  }
}
