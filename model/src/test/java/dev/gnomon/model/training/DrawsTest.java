package dev.gnomon.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.training.TrainingSettings.Source;
import org.junit.jupiter.api.Test;

class DrawsTest {

  private static final TrainingSettings SETTINGS = TinyRun.settings(Source.BOOTSTRAP, 1, 1);

  /** With p = 0.2 and 8 samples, a batch is dropped in part with probability 0.83. */
  @Test
  void eachSampleIsDroppedOnItsOwnWithTheSameProbability() {
    int batches = 2000;
    int[] dropped = new int[TinyRun.BATCH];
    int inPart = 0;
    for (long step = 0; step < batches; step++) {
      boolean[] of = Draws.of(SETTINGS, TinyRun.batch(step)).dropped();
      int together = 0;
      for (int i = 0; i < of.length; i++) {
        dropped[i] += of[i] ? 1 : 0;
        together += of[i] ? 1 : 0;
      }
      inPart += together > 0 && together < of.length ? 1 : 0;
    }
    for (int count : dropped) { // within 4 standard deviations
      assertThat(count / (double) batches).isCloseTo(0.2, within(0.036));
    }
    assertThat(inPart / (double) batches).isCloseTo(1 - Math.pow(0.8, 8), within(0.034));
  }

  @Test
  void timesOfABatchAreDrawnForEachSample() {
    assertThat(Draws.of(SETTINGS, TinyRun.batch(3)).times()).doesNotHaveDuplicates().hasSize(8);
  }

  @Test
  void aStepHasTheSameDrawsEachTimeAndAnotherStepHasOthers() {
    Draws draws = Draws.of(SETTINGS, TinyRun.batch(3));
    Draws again = Draws.of(SETTINGS, TinyRun.batch(3));
    Draws other = Draws.of(SETTINGS, TinyRun.batch(4));

    assertThat(again.noise()).containsExactly(draws.noise());
    assertThat(again.times()).containsExactly(draws.times());
    assertThat(again.dropped()).containsExactly(draws.dropped());
    assertThat(other.noise()).isNotEqualTo(draws.noise());
    assertThat(other.times()).isNotEqualTo(draws.times());
  }

  /** The teacher sees its image under the noise that the student's is mixed with (METHOD 1.4). */
  @Test
  void studentAndTeacherShareTheNoise() {
    ImageBatch batch = TinyRun.batch(3);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        TeacherState teacher = TeacherState.untrained(device, SETTINGS)) {
      assertThat(teacher.features(batch))
          .containsExactly(teacher.features(batch, Draws.of(SETTINGS, batch).noise()))
          .isNotEqualTo(teacher.features(batch, Draws.of(SETTINGS, TinyRun.batch(4)).noise()));
    }
  }
}
