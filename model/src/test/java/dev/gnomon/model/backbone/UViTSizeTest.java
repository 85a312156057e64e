package dev.gnomon.model.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.GradientScope;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UViTSizeTest {

  /** Published sizes (METHOD 2.2), labels counted with the null label. */
  @ParameterizedTest
  @CsvSource({
    "CIFAR-10 S/2,        32, 3, 2,  512, 12,  8, true,  0,   44255328",
    "CelebA 64 S/4,       64, 3, 4,  512, 12,  8, true,  0,   44292228",
    "latent S/2,          32, 4, 2,  512, 12,  8, true,  0,   44259492",
    "ImageNet 64 M/4,     64, 3, 4,  768, 16, 12, true,  1000, 130940292",
    "ImageNet 64 L/4,     64, 3, 4, 1024, 20, 16, true,  1000, 286827652",
    "ImageNet 256 L/2,    32, 4, 2, 1024, 20, 16, true,  1001, 286763172",
    "ImageNet 256 H/2,    32, 4, 2, 1152, 28, 16, false, 1001, 500832016"
  })
  void theNumberOfParametersIsThePublishedOne(
      String name,
      int size,
      int channels,
      int patch,
      int width,
      int depth,
      int heads,
      boolean convolution,
      int labels,
      long expected) {
    Network network =
        new Network(size, channels, patch, width, depth, heads, false, false, convolution, 1000);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        UViT net =
            new UViT(
                device,
                network,
                labels > 0 ? TokenLayout.LABEL : TokenLayout.PLAIN,
                labels,
                Precision.FP32)) {
      assertThat(net.parameters().stream().mapToLong(Parameter::elements).sum())
          .as(name)
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"true,true,false", "true,false,true", "false,true,true"})
  void everyOptionTakesPartInTheGradient(
      boolean qkvBias, boolean mlpTimeEmbed, boolean convolution) {
    Network network = new Network(8, 3, 2, 32, 4, 4, qkvBias, mlpTimeEmbed, convolution, 1000);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        UViT net = new UViT(device, network, TokenLayout.GUIDED, 0, Precision.FP32);
        NDManager scope = device.scope()) {
      Map<String, NDArray> weights = new LinkedHashMap<>();
      List<Parameter> parameters = net.parameters();
      for (int i = 0; i < parameters.size(); i++) {
        weights.put(parameters.get(i).name(), device.array(scope, parameters.get(i).initial(5, i)));
      }
      GradientScope recording = GradientScope.open(scope);
      Map<String, NDArray> leaves = new LinkedHashMap<>();
      weights.forEach((name, weight) -> leaves.put(name, recording.leaf(weight)));
      assertThat(leaves.containsKey("mid_block.attn.qkv.bias")).isEqualTo(qkvBias);
      assertThat(leaves.containsKey("time_embed.0.weight")).isEqualTo(mlpTimeEmbed);
      assertThat(leaves.containsKey("final_layer.weight")).isEqualTo(convolution);
      NDArray images = scope.randomNormal(new Shape(2, 3, 8, 8));
      NDArray times = scope.create(new float[] {0.2f, 0.7f});
      NDArray rows = scope.randomNormal(new Shape(2, 32));
      NDArray condition = net.condition(scope, leaves, rows, scope.create(new float[] {0, 1}));
      NDArray unused = leaves.remove("unconditional_embed");
      Backbone.TrainingPass pass =
          net.train(recording, scope, leaves, images, times, condition, Set.of());
      assertThat(pass.velocity().getShape()).isEqualTo(new Shape(2, 3, 8, 8));
      pass.gradients(pass.velocity())
          .forEach((name, slope) -> assertThat(slope.abs().sum().getFloat()).as(name).isPositive());
      assertThatThrownBy(() -> recording.gradient(unused)).hasMessageContaining("does not depend");
      recording.close();
    }
  }

  @Test
  void aTapThatIsNotThereIsNamed() {
    Network network = new Network(8, 3, 2, 32, 2, 4, false, false, true, 1000);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        UViT net = new UViT(device, network, TokenLayout.PLAIN, 0, Precision.FP32);
        NDManager scope = device.scope()) {
      NDArray images = scope.zeros(new Shape(1, 3, 8, 8));
      assertThatThrownBy(
              () ->
                  net.features(
                      scope, Map.of(), images, scope.zeros(new Shape(1)), null, "in_blocks.7"))
          .hasMessageContaining("in_blocks.7")
          .hasMessageContaining("mid_block");
    }
  }
}
