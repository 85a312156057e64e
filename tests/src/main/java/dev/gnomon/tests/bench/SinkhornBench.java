package dev.gnomon.tests.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.clustering.SinkhornKnopp;
import dev.gnomon.model.engine.ComputeDevice;
import java.util.List;
import java.util.Map;

/** Sinkhorn-Knopp of 512 samples and 5000 prototypes beside the same formula op by op. */
final class SinkhornBench implements Bench {

  private static final int SAMPLES = 512;
  private static final int PROTOTYPES = 5000;
  private static final int ITERATIONS = 3;
  private static final float EPSILON = 0.05f;

  @Override
  public String what() {
    return "Sinkhorn-Knopp of 512 x 5000, 3 iterations, beside the formula op by op in libtorch";
  }

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    try (ComputeDevice device =
            ComputeDevice.open("cpu", Runtime.getRuntime().availableProcessors());
        SinkhornKnopp sinkhorn = new SinkhornKnopp(device);
        NDManager owner = device.scope()) {
      NDArray scores = owner.randomUniform(-1, 1, new Shape(SAMPLES, PROTOTYPES));
      double[] seconds =
          Timing.medians(
              repeats,
              () -> {
                try (NDManager scope = device.scope()) {
                  return sinkhorn.codes(scope, scores, EPSILON, ITERATIONS).getShape();
                }
              },
              () -> {
                try (NDManager scope = device.scope()) {
                  NDArray own = scores.duplicate();
                  own.attach(scope);
                  return opByOp(own).getShape();
                }
              });
      return List.of(
          new Figure(
              "time of the formula op by op over ours",
              seconds[1] / seconds[0],
              1.5,
              2.5,
              Map.of("ours ms", seconds[0] * 1e3, "op by op ms", seconds[1] * 1e3)));
    }
  }

  /** SwAV's code (distributed_sinkhorn), each operation in place where it can be. */
  private static NDArray opByOp(NDArray scores) {
    NDArray q = scores.divi(EPSILON).exp();
    q.divi(q.sum());
    for (int i = 0; i < ITERATIONS; i++) {
      q.divi(q.sum(new int[] {0}, true)).divi(PROTOTYPES);
      q.divi(q.sum(new int[] {1}, true)).divi(SAMPLES);
    }
    return q.muli(SAMPLES);
  }
}
