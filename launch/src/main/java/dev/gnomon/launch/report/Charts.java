package dev.gnomon.launch.report;

import dev.gnomon.model.engine.WholeFile;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** How all charts look, and how they become PNG files, each whole or not at all. */
public final class Charts {

  private Charts() {}

  /** Fonts and colours; the legend is where XChart has it. */
  public static void style(AxesChartStyler styler) {
    Font plain = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
    styler.setBaseFont(plain);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    styler.setLegendFont(plain);
    styler.setAnnotationTextFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    styler.setChartTitleBoxVisible(false);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLocale(Locale.ROOT);
    styler.setDecimalPattern("#,##0.###");
    styler.setAxisTitleFont(plain);
    styler.setAxisTickLabelsFont(plain);
    styler.setPlotGridLinesColor(new Color(0xe3e6eb));
  }

  /** The legend as one line below the chart. */
  public static void legendBelow(Styler styler) {
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
  }

  /**
   * Where {@code value} stands on an axis of {@link #powersOfTwo}: XChart's own logarithmic axis
   * marks powers of 10.
   */
  public static double binary(double value) {
    return Math.log(value) / Math.log(2);
  }

  /**
   * The horizontal axis has places by {@link #binary}, and marks powers of two.
   *
   * @param between whether marks between powers have words too
   */
  public static void powersOfTwo(XYChart chart, boolean between) {
    chart.setCustomXAxisTickLabelsFormatter(
        exponent -> between || exponent == Math.rint(exponent) ? power(exponent) : "");
  }

  /** Two to that power, in words of its own: of equal ones XChart draws none. */
  public static String power(double exponent) {
    double value = Math.pow(2, exponent);
    String format = value == Math.rint(value) ? "%.0f" : value > 1 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }

  /** Writes a chart as PNG. */
  public static void write(Chart<?, ?> chart, Path file) throws IOException {
    Fonts.require();
    ByteArrayOutputStream picture = new ByteArrayOutputStream();
    BitmapEncoder.saveBitmap(chart, picture, BitmapFormat.PNG);
    Files.createDirectories(file.toAbsolutePath().getParent());
    WholeFile.write(file, channel -> channel.write(ByteBuffer.wrap(picture.toByteArray())));
  }
}
