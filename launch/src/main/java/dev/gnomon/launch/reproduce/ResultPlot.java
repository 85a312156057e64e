package dev.gnomon.launch.reproduce;

import dev.gnomon.launch.report.Fonts;
import dev.gnomon.model.engine.WholeFile;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
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
    Fonts.require();
    XYChart chart = new XYChart(WIDTH, HEIGHT, ChartTheme.XChart);
    chart.setTitle(title);
    chart.setXAxisTitle(across);
    chart.setYAxisTitle(upwards);
    style(chart.getStyler());
    if (logarithmic) {
      chart.setCustomXAxisTickLabelsFormatter(ResultPlot::powerOfTwo);
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
    ByteArrayOutputStream picture = new ByteArrayOutputStream();
    BitmapEncoder.saveBitmap(chart, picture, BitmapFormat.PNG);
    Files.createDirectories(file.toAbsolutePath().getParent());
    WholeFile.write(file, channel -> channel.write(ByteBuffer.wrap(picture.toByteArray())));
  }

  /** Where a point stands: on a logarithmic axis, the logarithm to the base 2. */
  private double place(double x) {
    return logarithmic ? Math.log(x) / Math.log(2) : x;
  }

  /** Each place has words of its own: of equal ones XChart draws none. */
  private static String powerOfTwo(double exponent) {
    double value = Math.pow(2, exponent);
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.1f", value);
  }

  private static void style(XYStyler styler) {
    Font plain = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
    styler.setBaseFont(plain);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
    styler.setAxisTitleFont(plain);
    styler.setAxisTickLabelsFont(plain);
    styler.setLegendFont(plain);
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setChartTitleBoxVisible(false);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotGridLinesColor(new Color(0xdddddd));
    styler.setMarkerSize(7);
    styler.setErrorBarsColorSeriesColor(true);
    styler.setLocale(Locale.ROOT);
  }
}
