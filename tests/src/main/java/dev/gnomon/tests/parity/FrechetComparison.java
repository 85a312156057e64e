package dev.gnomon.tests.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.metrics.FrechetDistance;
import dev.gnomon.model.metrics.Moments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Frechet distances against pytorch-fid's: rows {@code x0, y0, x1, y1 ...}, [N, D], and the
 * distances in the header. Deviations are relative to the trace terms tr S1 + tr S2.
 */
final class FrechetComparison implements Comparison {

  private static final double TOLERANCE = 1e-6;
  private static final double SPLIT = 1e-9;

  @Override
  public List<Row> rows(Path file) {
    Reference reference = Reference.read(file);
    JsonNode distances = reference.value("frechet");
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < distances.size(); i++) {
      HostTensor x = reference.tensor("x" + i);
      HostTensor y = reference.tensor("y" + i);
      Moments a = moments(x, 1);
      Moments b = moments(y, 1);
      double scale = trace(a) + trace(b);
      double ours = FrechetDistance.between(a, b);
      String name =
          "case %d: %d and %d rows of %d".formatted(i, x.shape()[0], y.shape()[0], x.shape()[1]);
      rows.add(
          new Row(
              reference.name(),
              name,
              Math.abs(ours - distances.get(i).asDouble()) / scale,
              TOLERANCE,
              "(ours %.6f)".formatted(ours)));
      Largest split = new Largest();
      for (int parts : new int[] {2, 3, (int) x.shape()[0]}) {
        double merged = FrechetDistance.between(moments(x, parts), moments(y, parts));
        split.add(Math.abs(merged - ours) / scale, parts + " parts");
      }
      rows.add(split.row(reference.name(), name + ", merged from parts", SPLIT));
    }
    return rows;
  }

  /** The moments of all rows, merged from those of {@code parts} parts. */
  private static Moments moments(HostTensor tensor, int parts) {
    double[] all = Reference.numbers(tensor);
    int rows = (int) tensor.shape()[0];
    int width = (int) tensor.shape()[1];
    Moments merged = new Moments(width);
    for (int part = 0; part < parts; part++) {
      int from = (int) ((long) rows * part / parts);
      int to = (int) ((long) rows * (part + 1) / parts);
      if (from < to) {
        Moments some = new Moments(width);
        some.add(Arrays.copyOfRange(all, from * width, to * width));
        merged = merged.merge(some);
      }
    }
    return merged;
  }

  private static double trace(Moments moments) {
    double[] covariance = moments.covariance();
    int n = moments.dimensions();
    double trace = 0;
    for (int i = 0; i < n; i++) {
      trace += covariance[i * n + i];
    }
    return trace;
  }
}
