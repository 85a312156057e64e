package dev.gnomon.tests.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.model.clustering.SinkhornKnopp;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Balanced assignments q against SwAV's function: {@code scores0, q0, scores1, q1 ...}, [B, K]. */
final class SinkhornComparison implements Comparison {

  private static final double DOUBLE = 1e-10;
  private static final double SINGLE = 1e-5;

  /** A reference whose two best are nearer than this decides between them by rounding. */
  private static final double TIE = 1e-6;

  @Override
  public List<Row> rows(Path file) {
    Reference reference = Reference.read(file);
    JsonNode cases = reference.value("cases");
    List<Row> rows = new ArrayList<>();
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SinkhornKnopp sinkhorn = new SinkhornKnopp(device);
        NDManager scope = device.scope()) {
      for (int i = 0; i < cases.size(); i++) {
        JsonNode one = cases.get(i);
        HostTensor q = reference.tensor("q" + i);
        NDArray scores = device.array(scope, reference.tensor("scores" + i));
        double epsilon = one.get("epsilon").asDouble();
        int iterations = one.get("iterations").asInt();
        String name =
            "%d x %d, eps %s, %d iterations"
                .formatted(q.shape()[0], q.shape()[1], one.get("epsilon"), iterations);
        for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
          boolean single = type == DataType.FLOAT32;
          double[] ours =
              Reference.numbers(
                  ComputeDevice.copy(
                      sinkhorn.codes(scope, scores.toType(type, true), epsilon, iterations)));
          String quantity = name + (single ? ", float32" : ", float64");
          rows.add(
              deviation(ours, Reference.numbers(q))
                  .row(reference.name(), quantity, single ? SINGLE : DOUBLE));
          rows.add(
              new Row(
                  reference.name(),
                  quantity + ", codes",
                  differingCodes(ours, Reference.numbers(q), (int) q.shape()[1]),
                  0,
                  "(rows whose best differs)"));
        }
      }
    }
    return rows;
  }

  private static Largest deviation(double[] ours, double[] reference) {
    Largest largest = new Largest();
    for (int i = 0; i < reference.length; i++) {
      largest.add(Math.abs(ours[i] - reference[i]), "element " + i);
    }
    return largest;
  }

  private static int differingCodes(double[] ours, double[] reference, int width) {
    int differing = 0;
    for (int start = 0; start < reference.length; start += width) {
      boolean clear = Best.gap(reference, start, width) > TIE;
      if (clear && Best.index(ours, start, width) != Best.index(reference, start, width)) {
        differing++;
      }
    }
    return differing;
  }
}
