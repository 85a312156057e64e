package dev.gnomon.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.diffusion.Guidance;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.diffusion.SampleBlock;
import dev.gnomon.model.diffusion.SamplingSettings;
import dev.gnomon.model.diffusion.SolverSettings;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.SequentialTraining.Halves;
import dev.gnomon.model.training.TrainingSettings.Precision;
import dev.gnomon.model.training.TrainingSettings.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A batch of 27 on three threads is worked on in three shards of 9. */
class ShardedBatchTest {

  private static final int BATCH = 27;

  private static TrainingSettings settings(Source source) {
    return settings(source, 1);
  }

  private static TrainingSettings settings(Source source, int accumulate) {
    return TinyRun.settings(source, 1, 1, Precision.FP32, BATCH, accumulate, false);
  }

  private static Halves run(TrainingSettings settings, int threads, long steps) {
    try (ComputeDevice device = ComputeDevice.open("cpu", threads);
        SequentialTraining run =
            new SequentialTraining(device, settings, step -> TinyRun.batch(step, BATCH))) {
      run.runTo(steps);
      return run.save();
    }
  }

  /** Two steps: later ones would show AdamW's, which makes whole steps of a gradient's rounding. */
  @ParameterizedTest
  @EnumSource(Source.class)
  void theShardsGradientsAddUpToThoseOfTheWhole(Source source) {
    long before = NativeArrays.live();
    TrainingSettings settings = settings(source);
    Halves whole = run(settings, 1, 2);
    assertSameGradients(run(settings, 3, 2), whole);
    assertThat(NativeArrays.live()).isEqualTo(before);
  }

  /** The assigner's gradients too: its taps are of the whole batch, also where pieces made them. */
  @ParameterizedTest
  @EnumSource(Source.class)
  void piecesOneAfterAnotherAddUpToTheWhole(Source source) {
    long before = NativeArrays.live();
    Halves whole = run(settings(source), 1, 2);
    assertSameGradients(run(settings(source, 4), 1, 2), whole);
    assertSameGradients(run(settings(source, 2), 3, 2), whole);
    assertSameGradients(run(settings(source, 1000), 1, 2), whole);
    assertThat(NativeArrays.live()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void blocksThatAreRunAgainGiveTheSameBits(Precision precision) {
    long before = NativeArrays.live();
    Halves kept = run(TinyRun.settings(Source.BOOTSTRAP, 1, 1, precision, BATCH, 1, false), 2, 12);
    Halves again = run(TinyRun.settings(Source.BOOTSTRAP, 1, 1, precision, BATCH, 1, true), 2, 12);
    assertThat(again.trunk()).isEqualTo(kept.trunk());
    assertThat(again.assigner()).isEqualTo(kept.assigner());
    assertThat(NativeArrays.live()).isEqualTo(before);
  }

  private static void assertSameGradients(Halves sharded, Halves whole) {
    assertSameGradients(sharded.trunk(), whole.trunk());
    assertThat(sharded.assigner().isPresent()).isEqualTo(whole.assigner().isPresent());
    whole.assigner().ifPresent(half -> assertSameGradients(sharded.assigner().orElseThrow(), half));
  }

  private static void assertSameGradients(WeightSet sharded, WeightSet whole) {
    for (String name : whole.under("moment1.").names()) {
      float[] expected = whole.get("moment1." + name).floats();
      float[] ours = sharded.get("moment1." + name).floats();
      assertThat(distance(ours, expected)).as(name).isLessThan(1e-4 * norm(expected) + 1e-12);
    }
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  void aRunInShardsEndsTheSameEveryTime(Source source) {
    Halves once = run(settings(source), 3, 24);
    Halves again = run(settings(source), 3, 24);
    assertThat(again.trunk()).isEqualTo(once.trunk());
    assertThat(again.assigner()).isEqualTo(once.assigner());
  }

  @Test
  void featuresAndSamplesAreThoseOfTheWholeToRounding() {
    TrainingSettings settings = settings(Source.BOOTSTRAP);
    Halves halves = run(settings, 1, 12);
    float[] whole = features(settings, halves, 1);
    float[] sharded = features(settings, halves, 3);
    assertThat(distance(sharded, whole)).isLessThan(1e-5 * norm(whole));

    SampleBlock block = samples(settings, halves, 1);
    SampleBlock shardedBlock = samples(settings, halves, 3);
    assertThat(shardedBlock.codes()).isEqualTo(block.codes());
    for (int i = 0; i < block.pixels().length; i++) {
      assertThat(shardedBlock.pixels()[i] & 0xff)
          .isCloseTo(block.pixels()[i] & 0xff, within(1)); // rounded to a whole number
    }
  }

  private static float[] features(TrainingSettings settings, Halves halves, int threads) {
    try (ComputeDevice device = ComputeDevice.open("cpu", threads);
        TeacherState teacher = new TeacherState(device, settings)) {
      teacher.load(12, halves.trunk().under("ema."));
      return teacher.features(TinyRun.batch(12, BATCH));
    }
  }

  private static SampleBlock samples(TrainingSettings settings, Halves halves, int threads) {
    try (ComputeDevice device = ComputeDevice.open("cpu", threads);
        ImageSampler sampler =
            new ImageSampler(device, settings, halves.trunk(), halves.assigner())) {
      return sampler.sample(
          5, 0, new SamplingSettings(SolverSettings.DOPRI5, Guidance.of(0.4), true));
    }
  }

  @Test
  void aLossThatIsNotFiniteInOneShardUpdatesNothing() {
    TrainingSettings settings = settings(Source.LABELS);
    long before = NativeArrays.live();
    StepDraws draws =
        batch -> {
          Draws usual = Draws.of(settings, batch);
          usual.images()[usual.images().length - 1] = Float.NaN;
          return usual;
        };
    try (ComputeDevice device = ComputeDevice.open("cpu", 3);
        TrunkState trunk = new TrunkState(device, settings, draws)) {
      WeightSet untouched = trunk.save();
      Conditions conditions = Conditions.codes(0, TinyRun.batch(0, BATCH).labels());
      assertThatThrownBy(() -> trunk.step(TinyRun.batch(0, BATCH), conditions))
          .isInstanceOf(NonFiniteLossException.class);
      assertThat(trunk.save()).isEqualTo(untouched);
    }
    assertThat(NativeArrays.live()).isEqualTo(before);
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  private static double norm(float[] a) {
    return distance(a, new float[a.length]);
  }
}
