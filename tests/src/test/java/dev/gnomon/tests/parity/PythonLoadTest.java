package dev.gnomon.tests.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.backbone.TokenLayout;
import dev.gnomon.model.backbone.UViT;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.engine.Noise.Purpose;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Weights that we wrote load in Python by the names of the reference's state dict, and give there
 * what they give here. Skipped where no Python with PyTorch is installed; that names and shapes are
 * the reference's is asserted without it, in {@link ParityTest}.
 */
class PythonLoadTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"10, false, false, true", "0, true, true, false"})
  void ourWeightsGiveTheSameInPyTorch(int labels, boolean bias, boolean mlp, boolean convolution)
      throws Exception {
    Optional<String> python = pythonWithTorch();
    assumeThat(python).as("a python3 that imports torch (Debian: python3-torch)").isPresent();
    Path file = folder.resolve("ours.safetensors");
    write(file, new Network(16, 3, 4, 48, 4, 4, bias, mlp, convolution, 1), labels);
    Process check =
        new ProcessBuilder(
                python.get(), "src/main/resources/python/uvit.py", "check", file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(check.waitFor()).as(said).isZero();
    assertThat(said).contains("tensors loaded by name");
  }

  private static void write(Path file, Network network, int labels) throws IOException {
    int count = 5;
    long[] images = {count, network.channels(), network.imageSize(), network.imageSize()};
    float[] x = Noise.normals(3, Purpose.NOISE, 0, (int) new Shape(images).size());
    float[] t = Noise.uniforms(3, Purpose.TIME, 0, count);
    long[] y = {0, 3, 9, 1, 2};
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        UViT net =
            new UViT(
                device,
                network,
                labels > 0 ? TokenLayout.LABEL : TokenLayout.PLAIN,
                labels,
                Precision.FP32);
        NDManager scope = device.scope()) {
      Map<String, NDArray> weights = new LinkedHashMap<>();
      List<Parameter> parameters = net.parameters();
      for (int i = 0; i < parameters.size(); i++) {
        HostTensor initial = parameters.get(i).initial(3, i);
        tensors.put("param." + parameters.get(i).name(), initial);
        weights.put(parameters.get(i).name(), device.array(scope, initial));
      }
      NDArray condition = labels > 0 ? net.label(scope, weights, scope.create(y)) : null;
      NDArray output =
          net.forward(
                  scope,
                  weights,
                  scope.create(x, new Shape(images)),
                  scope.create(t),
                  condition,
                  Set.of())
              .velocity();
      tensors.put("output", ComputeDevice.copy(output));
    }
    tensors.put("input.x", HostTensor.of(x, images));
    tensors.put("input.t", HostTensor.of(t, count));
    if (labels > 0) {
      tensors.put("input.y", HostTensor.of(y, count));
    }
    Safetensors.write(file, new WeightSet(tensors), Map.of("config", config(network, labels)));
  }

  private static String config(Network network, int labels) {
    return """
        {"img_size": %d, "patch_size": %d, "in_chans": %d, "embed_dim": %d, "depth": %d,
         "num_heads": %d, "num_classes": %d, "qkv_bias": %b, "mlp_time_embed": %b, "conv": %b}
        """
        .formatted(
            network.imageSize(),
            network.patch(),
            network.channels(),
            network.width(),
            network.depth(),
            network.heads(),
            labels > 0 ? labels : -1,
            network.qkvBias(),
            network.mlpTimeEmbed(),
            network.convolution());
  }

  private static Optional<String> pythonWithTorch() throws IOException, InterruptedException {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      try {
        Process probe =
            new ProcessBuilder(python, "-c", "import torch")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (probe.waitFor(60, TimeUnit.SECONDS) && probe.exitValue() == 0) {
          return Optional.of(python);
        }
      } catch (IOException absent) {
        // no such command: the next one
      }
    }
    return Optional.empty();
  }
}
