package dev.gnomon.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitialWeightsTest {

  private static final int WIDTH = 32;
  private static final int PATCHES = 16;

  private record Begun(WeightSet weights, List<String> missing) {}

  private static WeightSet fresh(Source source) {
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        TrunkState state = new TrunkState(device, TinyRun.settings(source, 1, 1))) {
      return state.version();
    }
  }

  private static Begun begun(Source source, WeightSet from) {
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        TrunkState state = new TrunkState(device, TinyRun.settings(source, 1, 1))) {
      List<String> missing = state.initialize(from);
      return new Begun(state.version(), missing);
    }
  }

  private static float[] position(WeightSet weights, int token) {
    float[] all = weights.get("pos_embed").floats();
    return Arrays.copyOfRange(all, token * WIDTH, (token + 1) * WIDTH);
  }

  /** Tokens before the patches: [time], [condition, time], [CLS, time, condition]. */
  @ParameterizedTest
  @CsvSource({"BOOTSTRAP,3,1,2", "NONE,1,0,-1", "LABELS,2,1,0"})
  void positionsGoWithTheirTokensFromEverySource(
      Source source, int extras, int time, int condition) {
    WeightSet from = fresh(source);
    Begun begun = begun(Source.KMEANS, from);
    assertThat(position(begun.weights(), 1)).isEqualTo(position(from, time));
    assertThat(position(begun.weights(), 0))
        .isEqualTo(condition < 0 ? position(fresh(Source.KMEANS), 0) : position(from, condition));
    for (int patch = 0; patch < PATCHES; patch++) {
      assertThat(position(begun.weights(), 2 + patch)).isEqualTo(position(from, extras + patch));
    }
    assertThat(begun.missing()).containsExactly("label_emb.weight");
    assertThat(begun.weights().get("mid_block.mlp.fc1.weight"))
        .isEqualTo(from.get("mid_block.mlp.fc1.weight"));
  }

  /** [CLS, time, condition] and [CLS, time], which has as many tokens as [condition, time]. */
  @Test
  void positionsGoBetweenCodesOfImagesAndOfPatches() {
    WeightSet images = fresh(Source.BOOTSTRAP);
    Begun patches = begun(Source.BOOTSTRAP_PATCH, images);
    assertThat(patches.missing()).isEmpty();
    for (int token = 0; token < 2; token++) {
      assertThat(position(patches.weights(), token)).isEqualTo(position(images, token));
    }
    assertThat(position(patches.weights(), 2 + 5)).isEqualTo(position(images, 3 + 5));

    WeightSet labels = begun(Source.LABELS, patches.weights()).weights();
    assertThat(position(labels, 0)).isEqualTo(position(fresh(Source.LABELS), 0));
    assertThat(position(labels, 1)).isEqualTo(position(images, 1));
    assertThat(position(labels, 2 + 5)).isEqualTo(position(images, 3 + 5));
  }

  /** Else it would begin as noise does: what is added is as large as what is there. */
  @ParameterizedTest
  @CsvSource({"NONE,false", "LABELS,false", "BOOTSTRAP,false", "BOOTSTRAP_PATCH,true"})
  void whatIsAddedToPatchesIsNothingWhereItWasNotAddedBefore(Source source, boolean kept) {
    WeightSet from = fresh(source);
    WeightSet begun = begun(Source.BOOTSTRAP_PATCH, from).weights();
    for (String added : List.of("unconditional_embed", "null_cfg_embed")) {
      if (kept) {
        assertThat(begun.get(added)).isEqualTo(from.get(added));
      } else {
        assertThat(begun.get(added).floats()).hasSize(WIDTH).containsOnly(0);
      }
    }
  }

  @Test
  void weightsOfTheSameNetworkAreTakenAsTheyAre() {
    WeightSet other = begun(Source.LABELS, fresh(Source.NONE)).weights();
    Begun begun = begun(Source.LABELS, other);
    assertThat(begun.weights()).isEqualTo(other);
    assertThat(begun.missing()).isEmpty();
  }

  @Test
  void anotherNumberOfPrototypesIsRefusedByTheirName() {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 1, 1);
    WeightSet six =
        new WeightSet(Map.of("prototypes.weight", HostTensor.of(new float[6 * 32], 6, 32)));
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        AssignerState assigner = new AssignerState(device, settings)) {
      assertThatThrownBy(() -> assigner.initialize(six))
          .hasMessageContaining("prototypes.weight of shape [6, 32]")
          .hasMessageContaining("has [5, 32]")
          .hasMessageContaining("gnomon.condition.prototypes");
    }
  }

  @Test
  void anotherNetworkIsRefusedByTheNameOfWhatDiffers() {
    WeightSet from = fresh(Source.NONE);
    WeightSet wrong =
        from.with(Map.of("mid_block.mlp.fc1.weight", from.get("mid_block.mlp.fc2.weight")));
    assertThatThrownBy(() -> begun(Source.KMEANS, wrong))
        .hasMessageContaining("mid_block.mlp.fc1.weight of shape [32, 128]")
        .hasMessageContaining("has [128, 32]");
    WeightSet shifted = from.with(Map.of("pos_embed", from.get("norm.weight")));
    assertThatThrownBy(() -> begun(Source.KMEANS, shifted))
        .hasMessageContaining("positions [32], the network has 16 patches of width 32");
  }
}
