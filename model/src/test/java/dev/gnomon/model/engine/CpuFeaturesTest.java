package dev.gnomon.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.backbone.TokenLayout;
import dev.gnomon.model.backbone.UViT;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuFeaturesTest {

  private static final CpuFeatures WITH = new CpuFeatures(Set.of("avx2", "avx512_bf16"));
  private static final CpuFeatures WITHOUT = new CpuFeatures(Set.of("avx2"));

  @TempDir Path folder;

  @Test
  void instructionsForBf16AreFoundByTheirNames() throws IOException {
    assertThat(of("processor : 0\nflags\t\t: fpu avx2 amx_bf16 avx512_bf16 sse\n").bf16())
        .containsExactly("amx_bf16", "avx512_bf16");
    assertThat(of("processor : 0\nFeatures\t: fp asimd bf16\n").bf16()).containsExactly("bf16");
    assertThat(of("flags : fpu avx2 avx512f\n").bf16()).isEmpty();
    assertThat(of("processor : 0\n").bf16()).isEmpty();
    assertThat(CpuFeatures.of(folder.resolve("nowhere"))).isEqualTo(new CpuFeatures(Set.of()));
  }

  private CpuFeatures of(String cpuinfo) throws IOException {
    return CpuFeatures.of(Files.writeString(folder.resolve("cpuinfo"), cpuinfo));
  }

  @Test
  void withoutThemBf16IsComputedInFp32() {
    float[] fp32 = output(WITH, Precision.FP32);
    assertThat(output(WITH, Precision.BF16)).isNotEqualTo(fp32);
    assertThat(output(WITHOUT, Precision.BF16)).isEqualTo(fp32);
    assertThat(output(WITHOUT, Precision.FP32)).isEqualTo(fp32);
  }

  private static float[] output(CpuFeatures cpu, Precision precision) {
    Network network = new Network(8, 3, 2, 32, 2, 4, false, false, true, 1000);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1, cpu);
        UViT net = new UViT(device, network, TokenLayout.PLAIN, 0, precision);
        NDManager scope = device.scope()) {
      List<Parameter> parameters = net.parameters();
      Map<String, NDArray> weights = new TreeMap<>();
      for (int i = 0; i < parameters.size(); i++) {
        Parameter parameter = parameters.get(i);
        weights.put(parameter.name(), device.array(scope, parameter.initial(1, i)));
      }
      NDArray x = scope.ones(new Shape(2, 3, 8, 8));
      NDArray t = scope.full(new Shape(2), 0.5f);
      return net.forward(scope, weights, x, t, null, Set.of()).velocity().toFloatArray();
    }
  }
}
