package dev.gnomon.tests.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.backbone.Parameter.Start;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;
import dev.gnomon.model.optim.AdamW;
import dev.gnomon.model.optim.MovingAverage;
import dev.gnomon.model.training.TrainingSettings.Optimizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW, the moving average and clipping over 100 M parameters, as a share of the bytes a second of
 * a plain copy. Each byte counts once read and once written: parameter, gradient, both moments and
 * average are read, all but the gradient written.
 */
final class OptimizerBench implements Bench {

  private static final int TENSORS = 48;
  private static final long[] SHAPE = {1024, 2048};
  private static final int BYTES_EACH = 4 * (5 + 4);

  /** A kernel that copies one tensor over another. */
  static final String COPY =
      """
        def copy(self: __torch__.Ops, to: Tensor, source: Tensor) -> Tensor:
          return torch.copy_(to, source)
      """;

  @Override
  public String what() {
    return "AdamW, moving average and clipping over 100 M parameters, beside a copy of memory";
  }

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < TENSORS; i++) {
      parameters.add(new Parameter("w" + i, SHAPE, new Start.Constant(0), true));
    }
    Optimizer settings = new Optimizer(1e-4, 0.9, 0.999, 1e-8, 0.01, 0, 1);
    try (ComputeDevice device =
            ComputeDevice.open("cpu", Runtime.getRuntime().availableProcessors());
        NDManager owner = device.scope();
        Kernels kernels = Kernels.load(device, COPY)) {
      Map<String, NDArray> weights = arrays(owner, parameters, 0.02f);
      Map<String, NDArray> gradients = arrays(owner, parameters, 1e-3f);
      NDArray source = owner.ones(new Shape(TENSORS, SHAPE[0], SHAPE[1]));
      NDArray copy = owner.zeros(source.getShape());
      try (AdamW adamw = new AdamW(device, settings, parameters, weights);
          MovingAverage average = new MovingAverage(device, 0.999, weights)) {
        double[] seconds =
            Timing.medians(
                repeats,
                () -> {
                  try (NDManager scope = device.scope()) {
                    adamw.step(scope, 1, gradients);
                    average.step(scope);
                  }
                  return null;
                },
                () -> {
                  try (NDManager scope = device.scope()) {
                    return kernels.one(scope, "copy", copy, source).getShape();
                  }
                });
        double count = source.size();
        double ours = count * BYTES_EACH / seconds[0] / 1e9;
        double plain = count * 8 / seconds[1] / 1e9;
        return List.of(
            new Figure(
                "bytes a second of the optimizer over those of a copy",
                ours / plain,
                0.6,
                0.8,
                Map.of("update ms", seconds[0] * 1e3, "copy GB/s", plain)));
      }
    }
  }

  private static Map<String, NDArray> arrays(
      NDManager owner, List<Parameter> parameters, float deviation) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      arrays.put(
          parameter.name(), owner.randomNormal(0, deviation, new Shape(SHAPE), DataType.FLOAT32));
    }
    return arrays;
  }
}
