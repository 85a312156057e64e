package dev.gnomon.model.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.engine.Noise.Purpose;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockKernelsTest {

  /**
   * The program that a GPU runs gives what a CPU's gives: both on a CPU, where its fused attention
   * is the CPU's operator. 33 tokens take a CPU's plain attention, 1025 its fused one, heads of 12
   * a GPU's plain one.
   */
  @ParameterizedTest
  @CsvSource({
    " 8, 16, FP32, 1e-5", " 8, 16, BF16, 2e-2",
    "64, 16, FP32, 1e-5", "64, 16, BF16, 2e-2",
    " 8, 12, FP32, 1e-5", " 8, 12, BF16, 2e-2"
  })
  void aGpusProgramGivesWhatACpusGives(
      int imageSize, int headSize, Precision precision, double tolerance) {
    Network network = new Network(imageSize, 3, 2, 2 * headSize, 2, 2, true, false, false, 1);
    try (ComputeDevice device = ComputeDevice.open("cpu", 2);
        NDManager scope = device.scope()) {
      Map<String, NDArray> exact = results(device, scope, network, Precision.FP32, true);
      Map<String, NDArray> gpus = results(device, scope, network, precision, false);
      assertThat(gpus.keySet()).isEqualTo(exact.keySet()).hasSize(17);
      exact.forEach(
          (name, expected) -> {
            float deviation = gpus.get(name).sub(expected).abs().max().getFloat();
            float largest = expected.abs().max().getFloat();
            assertThat(deviation / largest).as(name).isLessThan((float) tolerance);
            assertThat(largest).as(name).isPositive();
          });
    }
  }

  /** Output and gradients of a block, and of a skip's linear layer. */
  private static Map<String, NDArray> results(
      ComputeDevice device, NDManager scope, Network network, Precision precision, boolean cpu) {
    String program = UViT.blockProgram(network, TokenLayout.PLAIN, precision, cpu);
    try (Blocks blocks = new Blocks(device, network.qkvBias(), program, false)) {
      Map<String, NDArray> weights = new LinkedHashMap<>();
      for (Parameter parameter : new UViTParameters(network, TokenLayout.PLAIN, 0).all()) {
        if (parameter.name().startsWith("out_blocks.0.")) {
          weights.put(parameter.name(), normal(scope, weights.size(), 0.3f, parameter.shape()));
        }
      }
      Map<String, NDArray> used = blocks.converted(scope, weights);
      long[] shape = {2, 1 + network.patches(), network.width()};
      NDArray x = normal(scope, 100, 1, shape);
      NDArray dy = normal(scope, 101, 1, shape);
      NDArray skipped = normal(scope, 102, 1, shape);
      List<Blocks.Passed> passed = new ArrayList<>();
      Map<String, NDArray> all = new HashMap<>();
      NDArray z = blocks.skip(scope, "out_blocks.0", used, x, skipped, passed);
      all.put("y", blocks.forward(scope, "out_blocks.0", used, z, passed));
      NDArray dz = blocks.backward(scope, (Blocks.Block) passed.get(1), used, dy, all);
      List<NDArray> both = blocks.skipBackward(scope, (Blocks.Skip) passed.get(0), used, dz, all);
      all.put("dx", both.get(0));
      all.put("dskipped", both.get(1));
      return all;
    }
  }

  private static NDArray normal(NDManager scope, int draw, float deviation, long... shape) {
    Shape size = new Shape(shape);
    float[] values = Noise.normals(5, Purpose.NOISE, draw, (int) size.size());
    return scope.create(values, size).mul(deviation);
  }
}
