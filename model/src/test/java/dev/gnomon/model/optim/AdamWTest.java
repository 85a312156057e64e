package dev.gnomon.model.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.backbone.Parameter.Start;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TrainingSettings.Optimizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdamWTest {

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("a", new long[] {2}, new Start.Constant(1), true),
          new Parameter("b", new long[] {1}, new Start.Constant(1), false));

  @Test
  void theFirstStepMovesByTheLearningRateAndDecays() {
    // At step 1 both corrected moments are g and g^2, so the move is lr g / (|g| + eps).
    Optimizer settings = new Optimizer(0.1, 0.9, 0.999, 1e-8, 0.5, 0, 0);
    Map<String, float[]> after = step(settings, new float[] {3, -4}, new float[] {2});
    assertThat(after.get("a")[0]).isCloseTo(1 - 0.1f * 0.5f - 0.1f, within(1e-6f));
    assertThat(after.get("a")[1]).isCloseTo(1 - 0.1f * 0.5f + 0.1f, within(1e-6f));
    assertThat(after.get("b")[0]).as("never decayed").isCloseTo(0.9f, within(1e-6f));
  }

  @Test
  void theClipBringsTheGlobalNormDown() {
    // With beta1 = 0 and a huge epsilon the move is lr g / eps: it shows the clipped gradient.
    Optimizer settings = new Optimizer(1, 0, 0, 1e6, 0, 0, 2);
    Map<String, float[]> after = step(settings, new float[] {6, 0}, new float[] {8});
    assertThat((1 - after.get("a")[0]) * 1e6).isCloseTo(6 * 0.2, within(0.1));
    assertThat((1 - after.get("b")[0]) * 1e6).isCloseTo(8 * 0.2, within(0.1));
  }

  @Test
  void theWarmUpIsLinearAndEnds() {
    Optimizer settings = new Optimizer(0.4, 0.9, 0.99, 1e-8, 0, 4, 0);
    assertThat(AdamW.learningRate(settings, 0)).isCloseTo(0.1, within(1e-12));
    assertThat(AdamW.learningRate(settings, 1)).isCloseTo(0.2, within(1e-12));
    assertThat(AdamW.learningRate(settings, 3)).isCloseTo(0.4, within(1e-12));
    assertThat(AdamW.learningRate(settings, 999)).isCloseTo(0.4, within(1e-12));
  }

  @Test
  void aParameterWithoutGradientRestsAndItsCounterToo() {
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        NDManager owner = device.scope()) {
      Map<String, NDArray> weights = weights(device, owner);
      Optimizer settings = new Optimizer(0.1, 0.9, 0.999, 1e-8, 0.5, 0, 0);
      try (AdamW adamw = new AdamW(device, settings, PARAMETERS, weights)) {
        Map<String, NDArray> onlyB = Map.of("b", owner.create(new float[] {1}));
        adamw.step(owner, 0, onlyB);
        WeightSet state = new WeightSet(ComputeDevice.copy(adamw.arrays()));
        assertThat(weights.get("a").toFloatArray()).containsExactly(1, 1);
        assertThat(state.get("counter.a").floats()).containsExactly(0);
        assertThat(state.get("counter.b").floats()).containsExactly(1);
      }
    }
  }

  @ParameterizedTest(name = "clip {0}, gradient {1}")
  @CsvSource({"0, NaN", "2, NaN", "0, Infinity", "2, -Infinity", "0, 1e30", "2, 1e30"})
  void aGradientThatWouldLeaveAMomentNotFiniteUpdatesNothing(double clip, float gradient) {
    Optimizer settings = new Optimizer(0.1, 0.9, 0.999, 1e-8, 0.5, 0, clip);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        NDManager owner = device.scope()) {
      Map<String, NDArray> weights = weights(device, owner);
      try (AdamW adamw = new AdamW(device, settings, PARAMETERS, weights)) {
        assertThat(adamw.step(owner, 0, gradients(owner, new float[] {3, 0}, new float[] {4})))
            .isCloseTo(5, within(1e-6));
        WeightSet before = state(adamw, weights);
        assertThat(adamw.step(owner, 1, gradients(owner, new float[] {1, gradient}, new float[1])))
            .isNotFinite();
        assertThat(state(adamw, weights)).isEqualTo(before);
      }
    }
  }

  private static WeightSet state(AdamW adamw, Map<String, NDArray> weights) {
    Map<String, NDArray> all = new LinkedHashMap<>(adamw.arrays());
    all.putAll(weights);
    return new WeightSet(ComputeDevice.copy(all));
  }

  private static Map<String, NDArray> gradients(NDManager owner, float[] a, float[] b) {
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    gradients.put("a", owner.create(a));
    gradients.put("b", owner.create(b));
    return gradients;
  }

  private static Map<String, float[]> step(Optimizer settings, float[] a, float[] b) {
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        NDManager owner = device.scope()) {
      Map<String, NDArray> weights = weights(device, owner);
      try (AdamW adamw = new AdamW(device, settings, PARAMETERS, weights)) {
        adamw.step(owner, 0, gradients(owner, a, b));
        Map<String, float[]> after = new LinkedHashMap<>();
        weights.forEach((name, weight) -> after.put(name, weight.toFloatArray()));
        return after;
      }
    }
  }

  private static Map<String, NDArray> weights(ComputeDevice device, NDManager owner) {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    PARAMETERS.forEach(p -> weights.put(p.name(), device.array(owner, p.initial(1, 0))));
    return weights;
  }
}
