package dev.gnomon.tests.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.util.List;
import java.util.Map;

/**
 * One training step (forward, backward, AdamW, moving average) of the bench network on all cores,
 * as a share of this machine's rate of matrix products.
 */
final class StepBench implements Bench {

  private static final double PRODUCT_FLOP = 2.0 * 4096 * 1024 * 1024;

  private static final String PRODUCTS =
      """
        def bf16(self: __torch__.Ops, x: Tensor) -> Tensor:
          return torch.to(x, 15)
        def product(self: __torch__.Ops, x: Tensor, w: Tensor) -> Tensor:
          return torch.linear(x, w)
        def onednn(self: __torch__.Ops, x: Tensor, w: Tensor) -> Tensor:
          return ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), "")
      """;

  private final boolean bf16;

  StepBench(Precision precision) {
    this.bf16 = precision == Precision.BF16;
  }

  @Override
  public String what() {
    return "a training step in %s over the best product of 4096 x 1024 x 1024"
        .formatted(bf16 ? "bf16" : "fp32");
  }

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    try (ComputeDevice device = ComputeDevice.open("cpu", cores);
        BenchNetwork network = new BenchNetwork(device, bf16 ? Precision.BF16 : Precision.FP32);
        Kernels kernels = Kernels.load(device, PRODUCTS);
        NDManager owner = device.scope()) {
      NDArray x = operand(kernels, owner, 4096);
      NDArray w = operand(kernels, owner, 1024);
      double[] seconds =
          Timing.medians(
              repeats,
              network::step,
              () -> product(device, kernels, "product", x, w),
              () -> product(device, kernels, bf16 ? "product" : "onednn", x, w));
      double step = network.flop() / seconds[0] / 1e9;
      double best = PRODUCT_FLOP / Math.min(seconds[1], seconds[2]) / 1e9;
      return List.of(
          new Figure(
              "rate of the step over that of the best product",
              step / best,
              bf16 ? 0.55 : 0.6,
              bf16 ? 0.7 : 0.8,
              Map.of("step ms", seconds[0] * 1e3, "product GFLOP/s", best)));
    }
  }

  private NDArray operand(Kernels kernels, NDManager owner, int rows) {
    NDArray values = owner.randomNormal(new Shape(rows, 1024));
    return bf16 ? kernels.one(owner, "bf16", values) : values;
  }

  private static Object product(
      ComputeDevice device, Kernels kernels, String name, NDArray x, NDArray w) {
    try (NDManager scope = device.scope()) {
      return kernels.one(scope, name, x, w).getShape();
    }
  }
}
