package dev.gnomon.launch.report;

import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * A Frechet distance over a setting of sampling, as a table and as a plot.
 *
 * @param setting the name of what was changed
 * @param score full name of the distance
 * @param images how many real ones it compares with
 * @param points in the order of the setting's values
 */
public record SweepCurve(String setting, String score, long images, List<Point> points) {

  /**
   * One value of the setting.
   *
   * @param evaluations of the network a sample (NFE)
   * @param passes of a sample through the network, with its condition and without
   * @param saved passes more that guidance at every evaluation would have taken
   * @param samples that the distance was computed on
   */
  public record Point(
      BigDecimal value,
      double evaluations,
      double passes,
      double saved,
      int samples,
      double distance) {}

  /** Writes a row a point, columns with tabs between them. */
  public void writeTable(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s\tnetwork evaluations\tpasses\tpasses saved\tsamples\timages\t%s%n"
            .formatted(setting, score));
    for (Point point : points) {
      text.append(
          "%s\t%s\t%s\t%s\t%d\t%d\t%s%n"
              .formatted(
                  point.value().toPlainString(),
                  point.evaluations(),
                  point.passes(),
                  point.saved(),
                  point.samples(),
                  images,
                  point.distance()));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    WholeFile.write(file, channel -> channel.write(ByteBuffer.wrap(bytes)));
  }

  /** Writes the plot, over network evaluations or over the setting itself. */
  public void writePlot(Path file, boolean overEvaluations) throws IOException {
    String across = overEvaluations ? "network evaluations" : setting;
    ToDoubleFunction<Point> x =
        overEvaluations ? Point::evaluations : point -> point.value().doubleValue();
    Curve curve =
        new Curve(
            score,
            points.stream().mapToDouble(x).toArray(),
            points.stream().mapToDouble(Point::distance).toArray());
    Plots.lines(
        file,
        "%s over %s, %,d samples each".formatted(score, across, points.get(0).samples()),
        across,
        score,
        List.of(curve),
        OptionalDouble.empty());
  }
}
