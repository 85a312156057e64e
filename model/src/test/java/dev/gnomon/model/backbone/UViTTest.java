package dev.gnomon.model.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.Fixture;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.GradientScope;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.optim.AdamW;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Optimizer;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against outputs, gradients and AdamW steps of the reference code (baofff/U-ViT). */
class UViTTest {

  @ParameterizedTest
  @CsvSource({"uvit-0,FP32", "uvit-1,FP32", "uvit-0,BF16", "uvit-1,BF16"})
  void outputsGradientsAndStepsEqualTheReference(String name, Precision precision) {
    long before = NativeArrays.live();
    double forward = precision == Precision.FP32 ? 1e-5 : 2e-2;
    double backward = precision == Precision.FP32 ? 1e-4 : 6e-2;
    Fixture fixture = Fixture.read(name);
    Network network = fixture.network(1);
    int labels = Math.max(0, fixture.config("num_classes").asInt());
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        UViT net =
            new UViT(
                device,
                network,
                labels > 0 ? UViT.Layout.LABEL : UViT.Layout.PLAIN,
                labels,
                precision);
        NDManager owner = device.scope()) {
      WeightSet parameters = fixture.weights().under("param.");
      assertThat(net.parameters().stream().map(Parameter::name).toList())
          .containsExactlyElementsOf(parameters.names());
      Map<String, NDArray> weights = new LinkedHashMap<>();
      for (Parameter parameter : net.parameters()) {
        assertThat(parameters.get(parameter.name()).shape()).isEqualTo(parameter.shape());
        weights.put(parameter.name(), device.array(owner, parameters.get(parameter.name())));
      }
      NDArray x = device.array(owner, fixture.weights().get("input.x"));
      NDArray t = device.array(owner, fixture.weights().get("input.t"));
      NDArray target = device.array(owner, fixture.weights().get("input.target"));
      NDArray y = labels > 0 ? device.array(owner, fixture.weights().get("input.y")) : null;
      Optimizer settings = fixture.optimizer();
      double[] losses = fixture.weights().get("adamw.losses").doubles();
      try (AdamW adamw = new AdamW(device, settings, net.parameters(), weights)) {
        for (int step = 0; step < losses.length; step++) {
          try (NDManager scope = device.scope();
              GradientScope recording = GradientScope.open(scope)) {
            Map<String, NDArray> leaves = new LinkedHashMap<>();
            weights.forEach((key, value) -> leaves.put(key, recording.leaf(value)));
            NDArray condition = labels > 0 ? net.label(scope, leaves, y) : null;
            Set<String> taps = step == 0 ? new HashSet<>(net.taps()) : Set.of();
            Backbone.Pass pass = net.forward(scope, leaves, x, t, condition, taps);
            NDArray loss = pass.velocity().sub(target).square().mean();
            recording.backward(loss);
            Map<String, NDArray> gradients = new LinkedHashMap<>();
            leaves.forEach((key, leaf) -> gradients.put(key, recording.gradient(leaf)));
            assertThat((double) loss.getFloat())
                .isCloseTo(
                    losses[step], org.assertj.core.data.Offset.offset(forward * losses[step]));
            if (step == 0) {
              assertThat(fixture.error(pass.velocity(), "output")).isLessThan(forward);
              List<String> names = net.taps();
              for (int i = 0; i < names.size(); i++) {
                assertThat(fixture.error(pass.taps().get(names.get(i)), "feature.block" + i))
                    .as(names.get(i))
                    .isLessThan(forward);
              }
              gradients.forEach(
                  (key, gradient) ->
                      assertThat(fixture.error(gradient, "grad." + key))
                          .as(key)
                          .isLessThan(backward));
              NDArray early = net.features(scope, weights, x, t, condition, net.featureTap());
              assertThat(fixture.error(early, "feature.block" + network.depth() / 2))
                  .isLessThan(forward);
            }
            adamw.step(scope, step, gradients);
          }
        }
      }
      double after = precision == Precision.FP32 ? 1e-5 : 2e-2;
      for (String key : List.of("pos_embed", "mid_block.mlp.fc1.weight")) {
        assertThat(fixture.error(weights.get(key), "after." + key)).as(key).isLessThan(after);
      }
    }
    assertThat(NativeArrays.live()).isEqualTo(before);
  }
}
