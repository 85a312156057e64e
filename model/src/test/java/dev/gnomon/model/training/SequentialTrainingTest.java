package dev.gnomon.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.SequentialTraining.Halves;
import dev.gnomon.model.training.TrainingSettings.Precision;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SequentialTrainingTest {

  @ParameterizedTest
  @CsvSource({
    "BOOTSTRAP,1,0",
    "BOOTSTRAP,1,1",
    "BOOTSTRAP,4,7",
    "BOOTSTRAP_PATCH,4,7",
    "LABELS,1,1",
    "KMEANS,1,1",
    "NONE,1,1"
  })
  void aRunResumedAnywhereEndsAsTheUntouchedOne(Source source, int publishEvery, int staleness) {
    TrainingSettings settings = TinyRun.settings(source, publishEvery, staleness);
    VersionSchedule schedule = settings.schedule();
    try (ComputeDevice device = ComputeDevice.open("cpu", 1)) {
      Halves untouched;
      List<Halves> checkpoints = new ArrayList<>();
      try (SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
        for (long k = 2; k < settings.steps(); k += 3) {
          run.runTo(schedule.checkpointAt(k));
          checkpoints.add(run.save());
        }
        run.runTo(settings.steps());
        untouched = run.save();
      }
      for (Halves checkpoint : checkpoints) {
        try (SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
          run.restore(checkpoint);
          run.runTo(settings.steps());
          assertSame(run.save(), untouched);
        }
      }
    }
  }

  @Test
  void conditionsComeFromTheVersionOfTheSchedule() {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 2, 3);
    VersionSchedule schedule = settings.schedule();
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
      for (long k = 0; k < settings.steps(); k++) {
        Conditions conditions = run.next().conditions();
        assertThat(conditions.version()).isEqualTo(schedule.guided(k) ? schedule.version(k) : -1);
        assertThat(conditions.codes()).hasSize(schedule.guided(k) ? TinyRun.BATCH : 0);
      }
    }
  }

  @Test
  void theAverageIsTheStudentUntilTheBoundary() {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 1, 1);
    long boundary = settings.schedule().boundary();
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
      for (long k = 1; k <= boundary; k++) {
        run.next();
        Halves halves = run.save();
        for (WeightSet half : List.of(halves.trunk(), halves.assigner().orElseThrow())) {
          assertThat(half.under("ema.")).isEqualTo(half.under("student."));
        }
      }
      run.next();
      Halves after = run.save();
      assertThat(after.trunk().under("ema.").get("pos_embed"))
          .isNotEqualTo(after.trunk().under("student.").get("pos_embed"));
      assertThat(after.assigner().orElseThrow().under("ema.").get("prototypes.weight"))
          .isNotEqualTo(after.assigner().orElseThrow().under("student.").get("prototypes.weight"));
    }
  }

  /** From the copy at the boundary on, average = d average + (1 - d) student, for each of these. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "prototypes.weight",
        "projection_head.3.weight",
        "projection_head.1.running_mean",
        "projection_head.1.running_var"
      })
  void theAverageOfParametersAndRunningStatisticsFollowsFromTheBoundary(String name) {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 1, 1);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
      run.runTo(settings.schedule().boundary());
      float[] average = run.save().assigner().orElseThrow().get("student." + name).floats();
      for (int step = 0; step < 5; step++) {
        run.next();
        WeightSet half = run.save().assigner().orElseThrow();
        float[] student = half.get("student." + name).floats();
        for (int i = 0; i < average.length; i++) {
          average[i] += (1 - (float) settings.emaDecay()) * (student[i] - average[i]);
        }
        assertThat(half.get("ema." + name).floats()).containsExactly(average, within(1e-6f));
      }
    }
  }

  @Test
  void theEmbeddingThatAStageDoesNotUseRests() {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 1, 1);
    long boundary = settings.schedule().boundary();
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
      WeightSet start = run.save().trunk();
      run.runTo(boundary);
      WeightSet middle = run.save().trunk();
      run.runTo(settings.steps());
      WeightSet end = run.save().trunk();
      String nothing = "student.null_cfg_embed";
      String unconditional = "student.unconditional_embed";
      assertThat(middle.get(nothing)).isEqualTo(start.get(nothing));
      assertThat(middle.get(unconditional)).isNotEqualTo(start.get(unconditional));
      assertThat(end.get(nothing)).isNotEqualTo(middle.get(nothing));
      assertThat(end.get(unconditional)).isEqualTo(middle.get(unconditional));
      assertThat(end.get("counter.unconditional_embed").floats()).containsExactly(boundary);
      assertThat(end.get("counter.pos_embed").floats()).containsExactly(settings.steps());
    }
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  void theLossFallsInBothPrecisionsAndNoArrayIsLeft(Source source) {
    long before = NativeArrays.live();
    long scopes = NativeArrays.scopes();
    for (Precision precision : Precision.values()) {
      TrainingSettings settings = TinyRun.settings(source, 1, 1, precision);
      try (ComputeDevice device = ComputeDevice.open("cpu", 1);
          SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
        double first = run.next().trunk().loss();
        long arrays = 0;
        double last = 0;
        while (run.step() < settings.steps()) {
          last = run.next().trunk().loss();
          if (run.step() == settings.steps() - 8) {
            arrays = NativeArrays.live();
          } else if (run.step() == settings.steps() - 2) {
            assertThat(NativeArrays.live()).isEqualTo(arrays);
          }
        }
        assertThat(last).isLessThan(first);
      }
    }
    assertThat(NativeArrays.live()).isEqualTo(before);
    assertThat(NativeArrays.scopes()).isEqualTo(scopes);
  }

  @Test
  void aBatchOfAnotherStepIsRefused() {
    TrainingSettings settings = TinyRun.settings(Source.NONE, 1, 1);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        TrunkState trunk = new TrunkState(device, settings)) {
      assertThatThrownBy(() -> trunk.step(TinyRun.batch(3), Conditions.none(0)))
          .hasMessageContaining("step 0 was given the batch of step 3");
    }
  }

  @Test
  void aLossThatIsNotFiniteUpdatesNothing() {
    TrainingSettings settings = TinyRun.settings(Source.NONE, 1, 1);
    Draws draws = Draws.of(settings, TinyRun.batch(0));
    draws.images()[5] = Float.NaN;
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        TrunkState trunk = new TrunkState(device, settings, batch -> draws)) {
      WeightSet before = trunk.save();
      assertThatThrownBy(() -> trunk.step(TinyRun.batch(0), Conditions.none(0)))
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessageContaining("step 0");
      assertThat(trunk.save()).isEqualTo(before);
    }
  }

  @Test
  void aGradientThatIsNotFiniteUpdatesNothing() {
    TrainingSettings settings = TinyRun.settings(Source.NONE, 1, 1);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        TrunkState trunk = new TrunkState(device, settings)) {
      trunk.restore(lastLayerOfHugeInputsAndNoWeight(trunk.save()));
      WeightSet before = trunk.save();
      assertThatThrownBy(() -> trunk.step(TinyRun.batch(0), Conditions.none(0)))
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessageStartingWith("the trainer's gradient norm is Infinity at step 0");
      assertThat(trunk.save()).isEqualTo(before);
      assertThat(trunk.step()).isZero();
    }
  }

  /** Its outputs are zeros, so the loss is finite; its weights' gradients are not. */
  private static WeightSet lastLayerOfHugeInputsAndNoWeight(WeightSet saved) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>(saved.tensors());
    Map.of("student.norm.weight", 1e36f, "student.decoder_pred.weight", 0f)
        .forEach(
            (name, value) -> {
              float[] values = saved.get(name).floats();
              Arrays.fill(values, value);
              tensors.put(name, HostTensor.of(values, saved.get(name).shape()));
            });
    return new WeightSet(tensors);
  }

  static void assertSame(Halves ours, Halves reference) {
    assertThat(ours.trunk()).isEqualTo(reference.trunk());
    assertThat(ours.assigner()).isEqualTo(reference.assigner());
  }
}
