package dev.gnomon.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.backbone.Backbone;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which token stands before the patches of each sample. */
class ConditioningTest {

  private static final int WIDTH = 32;
  private static final int[] CODES = {3, 0, 3, 4};
  private static final boolean[] DROPPED = {false, true, true, false};

  private final Map<String, NDArray> weights = new HashMap<>();
  private ComputeDevice device;
  private NDManager scope;

  @BeforeEach
  void open() {
    device = ComputeDevice.open("cpu", 1);
    scope = device.scope();
  }

  @AfterEach
  void close() {
    scope.close();
    device.close();
  }

  @Test
  void inStageTwoASampleTakesItsOwnPrototypeUnlessItAloneIsDropped() {
    float[] rows = new float[3 * WIDTH]; // of codes 0, 3 and 4
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i;
    }
    float[][] tokens =
        tokens(Source.BOOTSTRAP, new Conditions(9, 9, CODES, new int[] {0, 3, 4}, rows), DROPPED);

    assertThat(tokens[0]).containsExactly(Arrays.copyOfRange(rows, WIDTH, 2 * WIDTH));
    assertThat(tokens[1]).containsExactly(parameter(Conditioning.NULL));
    assertThat(tokens[2]).containsExactly(parameter(Conditioning.NULL));
    assertThat(tokens[3]).containsExactly(Arrays.copyOfRange(rows, 2 * WIDTH, 3 * WIDTH));
  }

  @Test
  void inStageOneEverySampleIsUnconditionalDroppedOrNot() {
    for (float[] token : tokens(Source.BOOTSTRAP, Conditions.none(0), DROPPED)) {
      assertThat(token).containsExactly(parameter(Conditioning.UNCONDITIONAL));
    }
  }

  @Test
  void aDroppedLabelIsTheOneBehindTheLast() {
    int[] labels = {2, 0, 1, 1};
    float[][] tokens = tokens(Source.LABELS, Conditions.codes(0, labels), DROPPED);
    float[][] table = split(parameter("label_emb.weight"));

    assertThat(table).hasDimensions(3 + 1, WIDTH);
    for (int i = 0; i < labels.length; i++) {
      assertThat(tokens[i]).containsExactly(table[DROPPED[i] ? 3 : labels[i]]);
    }
  }

  @Test
  void aCodeWithoutItsPrototypeIsRefused() {
    Conditions lacking = new Conditions(9, 9, CODES, new int[] {0, 3}, new float[2 * WIDTH]);

    assertThatThrownBy(() -> tokens(Source.BOOTSTRAP, lacking, DROPPED))
        .hasMessageContaining("step 9")
        .hasMessageContaining("code 4");
  }

  private float[][] tokens(Source source, Conditions conditions, boolean[] dropped) {
    Conditioning conditioning = new Conditioning(TinyRun.settings(source, 1, 1));
    try (Backbone backbone = conditioning.backbone(device)) {
      List<Parameter> parameters = backbone.parameters();
      for (int i = 0; i < parameters.size(); i++) {
        weights.put(parameters.get(i).name(), device.array(scope, parameters.get(i).initial(7, i)));
      }
      NDArray images = scope.zeros(new Shape(dropped.length, 3, 8, 8));
      NDArray tokens = conditioning.tokens(scope, backbone, weights, conditions, dropped, images);
      return split(tokens.toFloatArray());
    }
  }

  private float[] parameter(String name) {
    return weights.get(name).toFloatArray();
  }

  private static float[][] split(float[] rows) {
    float[][] split = new float[rows.length / WIDTH][];
    for (int i = 0; i < split.length; i++) {
      split[i] = Arrays.copyOfRange(rows, i * WIDTH, (i + 1) * WIDTH);
    }
    return split;
  }
}
