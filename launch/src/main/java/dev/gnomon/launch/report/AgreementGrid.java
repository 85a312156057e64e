package dev.gnomon.launch.report;

import dev.gnomon.model.engine.WholeFile;
import java.awt.Color;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.style.HeatMapStyler;

/**
 * How k-means on features agrees with the labels, over layers and noise levels (Figure 3 of the
 * paper): as text, as a table, as a heat map.
 *
 * @param clusters number of clusters
 */
public record AgreementGrid(List<Cell> cells, int clusters) {

  private static final int LEFT = 260; // pixels for what stands beside the map
  private static final int TOP = 150;
  private static final int CELL = 64;
  private static final Color LOW = new Color(0xf7fbff);
  private static final Color HIGH = new Color(0x5fa5d8);

  /**
   * One layer at one noise level.
   *
   * @param used clusters that have an image
   */
  public record Cell(
      int layer, double noiseLevel, double nmi, double ami, double ari, int used, double inertia) {

    /** In words; empty where there is nothing to compare with. */
    public String agreement() {
      return Double.isNaN(nmi)
          ? ""
          : String.format(Locale.ROOT, "NMI %.4f  AMI %.4f  ARI %.4f", nmi, ami, ari);
    }
  }

  /** Writes a row a cell, columns with tabs between them. */
  public void writeTable(Path file) throws IOException {
    StringBuilder text = new StringBuilder("layer\tnoise\tk\tused\tnmi\tami\tari\tinertia\n");
    for (Cell cell : cells) {
      text.append(
          "%d\t%s\t%d\t%d\t%s\t%s\t%s\t%s%n"
              .formatted(
                  cell.layer(),
                  cell.noiseLevel(),
                  clusters,
                  cell.used(),
                  cell.nmi(),
                  cell.ami(),
                  cell.ari(),
                  cell.inertia()));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    WholeFile.write(file, channel -> channel.write(ByteBuffer.wrap(bytes)));
  }

  /** NMI as a table that a person reads: a line a layer, a column a noise level. */
  public String text() {
    StringBuilder text = new StringBuilder("NMI      ");
    noiseLevels().forEach(level -> text.append("%8s".formatted(level)));
    text.append("  noise%n".formatted());
    for (int layer : layers()) {
      text.append("layer %2d ".formatted(layer));
      for (double level : noiseLevels()) {
        text.append(
            cell(layer, level)
                .map(cell -> String.format(Locale.ROOT, "%8.4f", cell.nmi()))
                .orElse("        "));
      }
      text.append("%n".formatted());
    }
    return text.toString();
  }

  /** Writes {@code score} as a picture: layers across, noise levels upwards. */
  public void writeHeatMap(Path file, String name, ToDoubleFunction<Cell> score)
      throws IOException {
    List<Integer> across = layers();
    List<Double> upwards = noiseLevels();
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .width(LEFT + CELL * Math.max(6, across.size()))
            .height(TOP + CELL * Math.max(3, upwards.size()))
            .title("%s of k-means (K = %d) with the labels".formatted(name, clusters))
            .xAxisTitle("layer")
            .yAxisTitle("noise level")
            .build();
    List<Number[]> values =
        cells.stream()
            .map(
                cell ->
                    new Number[] {
                      across.indexOf(cell.layer()),
                      upwards.indexOf(cell.noiseLevel()),
                      rounded(score.applyAsDouble(cell))
                    })
            .toList();
    int decimals = upwards.stream().mapToInt(AgreementGrid::decimals).max().orElse(1);
    List<String> levels =
        upwards.stream()
            .map(level -> String.format(Locale.ROOT, "%." + decimals + "f", level))
            .toList(); // of one width, which the axis counts on
    chart.addSeries(name, across, levels, values);
    double least = cells.stream().mapToDouble(score).min().orElse(0);
    double most = cells.stream().mapToDouble(score).max().orElse(1);
    chart.getStyler().setMin(rounded(least)).setMax(rounded(Math.max(most, least + 1e-3)));
    style(chart.getStyler());
    Charts.write(chart, file);
  }

  /** As many digits as a cell has room for: the chart writes all that there are. */
  private static double rounded(double value) {
    return Math.rint(value * 1000) / 1000;
  }

  private static int decimals(double value) {
    return Math.max(1, BigDecimal.valueOf(value).stripTrailingZeros().scale());
  }

  private static void style(HeatMapStyler styler) {
    Charts.style(styler);
    styler.setPlotContentSize(1);
    styler.setShowValue(true);
    styler.setValueFont(styler.getBaseFont());
    styler.setRangeColors(new Color[] {LOW, HIGH});
  }

  private List<Integer> layers() {
    return cells.stream().map(Cell::layer).distinct().sorted().toList();
  }

  private List<Double> noiseLevels() {
    return cells.stream().map(Cell::noiseLevel).distinct().sorted().toList();
  }

  private Optional<Cell> cell(int layer, double noiseLevel) {
    return cells.stream()
        .filter(cell -> cell.layer() == layer && cell.noiseLevel() == noiseLevel)
        .findFirst();
  }
}
