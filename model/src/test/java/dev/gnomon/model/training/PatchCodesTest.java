package dev.gnomon.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.backbone.Backbone;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.GradientScope;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.engine.Noise.Purpose;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A code a patch: 16 of them on each of the tiny images, of width 32. */
class PatchCodesTest {

  private static final int WIDTH = 32;
  private static final int PATCHES = 16;
  private static final int EXTRAS = 2; // CLS, time
  private static final TrainingSettings SETTINGS = TinyRun.settings(Source.BOOTSTRAP_PATCH, 1, 1);

  /** The network of one image, and what it is asked. */
  private static final class Asked implements AutoCloseable {

    final ComputeDevice device = ComputeDevice.open("cpu", 1);
    final NDManager scope = device.scope();
    final Conditioning conditioning = new Conditioning(SETTINGS);
    final Backbone backbone = conditioning.backbone(device);
    final Map<String, NDArray> weights = new LinkedHashMap<>();
    final NDArray image =
        scope.create(Noise.normals(1, Purpose.NOISE, 0, 192), new Shape(1, 3, 8, 8));
    final NDArray time = scope.create(new float[] {0.7f});

    Asked() {
      List<Parameter> parameters = backbone.parameters();
      for (int i = 0; i < parameters.size(); i++) {
        weights.put(parameters.get(i).name(), device.array(scope, parameters.get(i).initial(7, i)));
      }
    }

    NDArray tokens(Map<String, NDArray> of, int[] codes, boolean[] dropped) {
      return conditioning.tokens(scope, backbone, of, conditions(codes), dropped, image);
    }

    float[] velocity(Map<String, NDArray> of, NDArray tokens) {
      return backbone.forward(scope, of, image, time, tokens, Set.of()).velocity().toFloatArray();
    }

    @Override
    public void close() {
      backbone.close();
      scope.close();
      device.close();
    }
  }

  private static Conditions conditions(int[] codes) {
    int[] named = Arrays.stream(codes).sorted().distinct().toArray();
    float[] rows = new float[named.length * WIDTH];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = prototype(named[i / WIDTH])[i % WIDTH];
    }
    return new Conditions(20, 20, codes, named, rows);
  }

  private static float[] prototype(int code) {
    return Noise.normals(3, Purpose.FEATURES, code, WIDTH);
  }

  private static int[] someCodes() {
    return IntStream.range(0, PATCHES).map(patch -> patch * 7 % 5).toArray();
  }

  private static boolean[] someDropped() {
    boolean[] dropped = new boolean[PATCHES];
    dropped[3] = true;
    dropped[10] = true;
    return dropped;
  }

  /** It is added before the positions are: so adding it to the positions instead is the same. */
  @Test
  void eachPatchHasItsOwnPrototypeAddedToItsEmbeddingUnlessItAloneIsDropped() {
    try (Asked asked = new Asked()) {
      int[] codes = someCodes();
      boolean[] dropped = someDropped();
      float[] nowhere = asked.weights.get("null_cfg_embed").toFloatArray();
      float[] positions = asked.weights.get("pos_embed").toFloatArray();
      for (int i = 0; i < PATCHES * WIDTH; i++) {
        int patch = i / WIDTH;
        float[] added = dropped[patch] ? nowhere : prototype(codes[patch]);
        positions[EXTRAS * WIDTH + i] += added[i % WIDTH];
      }
      Map<String, NDArray> shifted = new LinkedHashMap<>(asked.weights);
      shifted.put(
          "pos_embed", asked.scope.create(positions, new Shape(1, EXTRAS + PATCHES, WIDTH)));

      float[] velocity = asked.velocity(asked.weights, asked.tokens(asked.weights, codes, dropped));
      NDArray none = asked.scope.zeros(new Shape(1, 1, WIDTH));
      assertThat(velocity).containsExactly(asked.velocity(shifted, none), within(1e-5f));
      assertThat(velocity).isNotEqualTo(asked.velocity(asked.weights, none));
    }
  }

  /** A dropped patch's gradient is that of its position. */
  @Test
  void theNullEmbeddingLearnsFromDroppedPatchesAlone() {
    try (Asked asked = new Asked();
        GradientScope recording = GradientScope.open(asked.scope)) {
      Map<String, NDArray> leaves = new LinkedHashMap<>();
      asked.weights.forEach((name, weight) -> leaves.put(name, recording.leaf(weight)));
      leaves.remove(Conditioning.UNCONDITIONAL); // which takes no part in stage 2
      NDArray tokens = asked.tokens(leaves, someCodes(), someDropped());
      Backbone.TrainingPass pass =
          asked.backbone.train(
              recording, asked.scope, leaves, asked.image, asked.time, tokens, Set.of());
      Map<String, NDArray> gradients = pass.gradients(pass.velocity());
      float[] ofPositions = gradients.get("pos_embed").toFloatArray();
      float[] expected = new float[WIDTH];
      for (int i = 0; i < PATCHES * WIDTH; i++) {
        expected[i % WIDTH] += someDropped()[i / WIDTH] ? ofPositions[EXTRAS * WIDTH + i] : 0;
      }
      float[] learned = gradients.get("null_cfg_embed").toFloatArray();
      assertThat(learned).containsExactly(expected, within(1e-5f));
      assertThat(learned).isNotEqualTo(new float[WIDTH]);
    }
  }

  @Test
  void theFeaturesThatGetCodesAreThoseOfThePatches() {
    try (Asked asked = new Asked()) {
      float[] tokens = new float[2 * (EXTRAS + PATCHES) * WIDTH];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = i;
      }
      NDArray tap = asked.scope.create(tokens, new Shape(2, EXTRAS + PATCHES, WIDTH));
      float[] features = asked.conditioning.features(tap);
      assertThat(features).hasSize(2 * PATCHES * WIDTH);
      int ofOne = PATCHES * WIDTH;
      assertThat(Arrays.copyOf(features, ofOne))
          .containsExactly(Arrays.copyOfRange(tokens, EXTRAS * WIDTH, EXTRAS * WIDTH + ofOne));
      assertThat(Arrays.copyOfRange(features, ofOne, 2 * ofOne))
          .containsExactly(Arrays.copyOfRange(tokens, tokens.length - ofOne, tokens.length));
    }
  }

  /** Sinkhorn over all patches of the batch: each is a sample, at the noise level of its image. */
  @Test
  void theAssignerLearnsFromPatchesAsFromAsManyImages() {
    int samples = TinyRun.BATCH * PATCHES;
    float[] times = {0.85f, 0.45f, 0.95f, 0.1f, 0.7f, 0.3f, 0.05f, 0.99f};
    float[] each = new float[samples];
    for (int i = 0; i < samples; i++) {
      each[i] = times[i / PATCHES];
    }
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        AssignerState patches = new AssignerState(device, SETTINGS);
        AssignerState images =
            new AssignerState(device, TinyRun.settings(Source.BOOTSTRAP, 1, 1))) {
      for (long k = 0; k < 12; k++) {
        float[] features = Noise.normals(5, Purpose.FEATURES, k, samples * WIDTH);
        int[] trained = new int[k < 9 ? 0 : samples];
        Arrays.setAll(trained, i -> i % 5);
        AssignerStep ofPatches =
            patches.step(new Taps(k, features, times, new int[TinyRun.BATCH], trained));
        AssignerStep ofImages = images.step(new Taps(k, features, each, new int[samples], trained));
        assertThat(ofPatches.loss()).isEqualTo(ofImages.loss()).isPositive();
        assertThat(ofPatches.codes()).isEqualTo(ofImages.codes()).hasSize(samples);
      }
      WeightSet ofPatches = patches.save();
      WeightSet ofImages = images.save();
      for (String name : ofImages.names()) {
        assertThat(ofPatches.get(name)).as(name).isEqualTo(ofImages.get(name));
      }
      assertThat(ofPatches.get(AssignerState.LAYOUTS).shape())
          .containsExactly(3 * TinyRun.BATCH, PATCHES);
    }
  }

  @Test
  void everyStepOfStageTwoTrainsUnderACodeAPatchAndDropsPatchByPatch() {
    Draws draws = Draws.of(SETTINGS, TinyRun.batch(20));
    assertThat(draws.dropped()).hasSize(TinyRun.BATCH * PATCHES);
    assertThat(draws.part(2, 5).dropped())
        .isEqualTo(Arrays.copyOfRange(draws.dropped(), 2 * PATCHES, 5 * PATCHES));
    int many = 0;
    for (long step = 0; step < 20; step++) {
      for (boolean one : Draws.of(SETTINGS, TinyRun.batch(step)).dropped()) {
        many += one ? 1 : 0;
      }
    }
    int drawn = 20 * TinyRun.BATCH * PATCHES;
    assertThat((double) many / drawn).isCloseTo(0.2, within(0.03));
    long boundary = SETTINGS.schedule().boundary();
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run = new SequentialTraining(device, SETTINGS, TinyRun::batch)) {
      for (long k = 0; k < 14; k++) {
        SequentialTraining.Step step = run.next();
        int codes = k < boundary ? 0 : TinyRun.BATCH * PATCHES;
        assertThat(step.conditions().codes()).hasSize(codes);
        assertThat(step.trunk().taps().orElseThrow().features())
            .hasSize(TinyRun.BATCH * PATCHES * WIDTH);
      }
    }
  }

  @Test
  void codesOfAnotherNumberAreRefused() {
    try (Asked asked = new Asked()) {
      assertThatThrownBy(() -> asked.tokens(asked.weights, new int[1], someDropped()))
          .hasMessageContaining("step 20 takes 16 codes and was given 1");
    }
  }
}
