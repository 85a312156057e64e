package dev.gnomon.model.training;

import static dev.gnomon.model.training.SequentialTrainingTest.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.SequentialTraining.Halves;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A step that is left out is counted and trains nothing. The boundary of these runs is 9 of 24. */
class SkippedStepTest {

  private static final long BOUNDARY = 9;

  @Test
  void leavesAllAsItWasButForTheStepAndWhatTheBoundaryBrings() {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 1, 1);
    assertThat(settings.schedule().boundary()).isEqualTo(BOUNDARY);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
      for (long k : new long[] {0, 3, BOUNDARY - 1, BOUNDARY, BOUNDARY + 4, 23}) {
        run.runTo(k);
        Halves before = run.save();
        run.skip();
        Halves after = run.save();
        assertThat(after.trunk().get("step").longs()).containsExactly(k + 1);
        assertThat(learned(after.trunk())).as("step " + k).isEqualTo(learned(before.trunk()));
        WeightSet assigner = before.assigner().orElseThrow();
        WeightSet skipped = after.assigner().orElseThrow();
        assertThat(skipped.get("step").longs()).containsExactly(k + 1);
        assertThat(learned(skipped)).as("step " + k).isEqualTo(learned(assigner));
        if (k == BOUNDARY) {
          assertThat(Arrays.stream(skipped.get("histogram").doubles()).sum()).isZero();
        } else {
          assertThat(skipped.get("histogram")).isEqualTo(assigner.get("histogram"));
        }
      }
    }
  }

  /** Weights, averages, running statistics, moments and counters. */
  private static List<WeightSet> learned(WeightSet half) {
    return List.of(
        half.under("student."),
        half.under("ema."),
        half.under("moment1."),
        half.under("moment2."),
        half.under("counter."));
  }

  @Test
  void theAverageIsTheStudentAtTheBoundaryWhateverWasLeftOutBeforeIt() {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 1, 1);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
      run.runTo(BOUNDARY, Set.of(BOUNDARY - 1));
      Halves halves = run.save();
      for (WeightSet half : List.of(halves.trunk(), halves.assigner().orElseThrow())) {
        assertThat(half.under("ema.")).isEqualTo(half.under("student."));
      }
      run.runTo(BOUNDARY + 2, Set.of(BOUNDARY));
      assertThat(run.save().trunk().under("ema.")).isNotEqualTo(halves.trunk().under("ema."));
    }
  }

  @Test
  void batchesThatBatchNormHasSeenAreThoseThatWereTrainedOn() {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 1, 1);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
      run.runTo(12, Set.of(2L, 10L));
      WeightSet half = run.save().assigner().orElseThrow();
      assertThat(half.get("student.projection_head.1.num_batches_tracked").longs())
          .containsExactly(10);
    }
  }

  @ParameterizedTest
  @CsvSource({"BOOTSTRAP,1,1", "BOOTSTRAP,4,7", "LABELS,1,1", "KMEANS,1,1"})
  void aRunWithStepsLeftOutResumedAnywhereEndsAsTheUntouchedOne(
      Source source, int publishEvery, int staleness) {
    TrainingSettings settings = TinyRun.settings(source, publishEvery, staleness);
    Set<Long> skipped = Set.of(4L, BOUNDARY - 1, BOUNDARY, 12L, 16L, 23L);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1)) {
      List<Halves> checkpoints = new ArrayList<>();
      Halves untouched =
          trained(
              device,
              settings,
              run -> {
                for (long k : new long[] {4, BOUNDARY, BOUNDARY + 1, 16}) {
                  run.runTo(settings.schedule().checkpointAt(k), skipped);
                  checkpoints.add(run.save());
                }
                run.runTo(settings.steps(), skipped);
              });
      Halves whole = trained(device, settings, run -> run.runTo(settings.steps()));
      assertThat(untouched.trunk()).isNotEqualTo(whole.trunk());
      for (Halves checkpoint : checkpoints) {
        Halves resumed =
            trained(
                device,
                settings,
                run -> {
                  run.restore(checkpoint);
                  run.runTo(settings.steps(), skipped);
                });
        assertSame(resumed, untouched);
      }
    }
  }

  /** Version 11 of the checkpoint that is taken up is not the version 11 that the teacher held. */
  @Test
  void whatARunThatGoesBackHadLoadedIsForgotten() {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 1, 0);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1)) {
      Halves other = trained(device, settings, run -> run.runTo(11, Set.of(10L)));
      Halves fresh =
          trained(
              device,
              settings,
              run -> {
                run.restore(other);
                run.runTo(13);
              });
      Halves back =
          trained(
              device,
              settings,
              run -> {
                run.runTo(12);
                run.restore(other);
                run.runTo(13);
              });
      assertSame(back, fresh);
    }
  }

  /**
   * A checkpoint holds the conditions of a step that is left out: its bits tell nothing of that.
   */
  @Test
  void aCheckpointIsTheSameWhetherALaterStepIsLeftOutOrNot() {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 4, 7);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1)) {
      Halves one = trained(device, settings, run -> run.runTo(16));
      Halves other = trained(device, settings, run -> run.runTo(16, Set.of(16L, 17L)));
      assertSame(other, one);
      assertThat(PendingConditions.in(one.trunk())).extracting(Conditions::step).contains(16L, 17L);
    }
  }

  @Test
  void afterALossThatIsNotFiniteTheRestoredStateWithoutThatStepIsThatOfARunWithoutIt() {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 1, 1);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run =
            new SequentialTraining(device, settings, TinyRun::batch, without(settings, 13))) {
      run.runTo(11);
      Halves checkpoint = run.save();
      assertThatThrownBy(() -> run.runTo(settings.steps()))
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessageStartingWith("the trainer's loss is NaN at step 13");
      run.restore(checkpoint);
      run.runTo(settings.steps(), Set.of(13L));
      assertSame(
          run.save(),
          trained(device, settings, other -> other.runTo(settings.steps(), Set.of(13L))));
    }
  }

  private static StepDraws without(TrainingSettings settings, long step) {
    return batch -> {
      Draws draws = Draws.of(settings, batch);
      if (batch.step() == step) {
        draws.noise()[0] = Float.NaN;
      }
      return draws;
    };
  }

  @Test
  void anAssignerThatMetFeaturesThatAreNotFiniteGoesOnFromWhereItIsRestored() {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 1, 1);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch);
        AssignerState assigner = new AssignerState(device, settings)) {
      WeightSet before = run.save().assigner().orElseThrow();
      Taps taps = run.next().trunk().taps().orElseThrow();
      float[] features = taps.features().clone();
      features[7] = Float.POSITIVE_INFINITY;
      Taps broken = new Taps(0, features, taps.times(), taps.labels(), taps.codes());
      assertThatThrownBy(() -> assigner.step(broken))
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessageStartingWith("the assigner's loss is NaN at step 0");
      assigner.restore(before);
      assigner.step(taps);
      assertThat(assigner.save()).isEqualTo(run.save().assigner().orElseThrow());
    }
  }

  @Test
  void featuresWhoseVarianceIsNotFiniteAreNotTakenUp() {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 1, 1);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch);
        AssignerState assigner = new AssignerState(device, settings)) {
      Taps taps = run.next().trunk().taps().orElseThrow();
      float[] features = taps.features().clone();
      features[7] = 1e25f;
      Taps huge = new Taps(0, features, taps.times(), taps.labels(), taps.codes());
      assertThatThrownBy(() -> assigner.step(huge))
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessageStartingWith(
              "the assigner's norm of running statistics is Infinity at step 0");
      assertThat(assigner.step()).isZero();
    }
  }

  private static Halves trained(
      ComputeDevice device, TrainingSettings settings, Consumer<SequentialTraining> training) {
    try (SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
      training.accept(run);
      return run.save();
    }
  }
}
