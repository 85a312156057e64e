package dev.gnomon.actors.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.actors.stage.MadeUpImages;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.model.training.VersionSchedule;
import org.junit.jupiter.api.Test;

/** 10 steps, 4 of them stage 1, P = 2, L = 2. */
class StepInputsTest {

  private final VersionSchedule schedule = new VersionSchedule(10, 4, 2, 3);

  @Test
  void stageOneNeedsAdmissionAndABatch() {
    StepInputs inputs = new StepInputs(Source.BOOTSTRAP, schedule, 0);
    inputs.accept(MadeUpImages.images(0));
    assertThat(inputs.isReady()).isFalse();
    inputs.admit(1);
    assertThat(inputs.isReady()).isTrue();

    StepInputs.Ready ready = inputs.take();

    assertThat(ready.batch().step()).isZero();
    assertThat(ready.conditions().codes()).isEmpty();
    assertThat(inputs.next()).isEqualTo(1);
    assertThat(inputs.isReady()).isFalse();
    assertThatThrownBy(inputs::take).hasMessageContaining("step 1 can not start yet");
  }

  @Test
  void stageTwoNeedsConditionsToo() {
    StepInputs inputs = new StepInputs(Source.BOOTSTRAP, schedule, 4);
    inputs.accept(MadeUpImages.images(4));
    assertThat(inputs.missingConditions()).isEmpty();
    inputs.admit(5);
    assertThat(inputs.missingConditions()).hasValue(4);
    assertThat(inputs.isReady()).isFalse();

    Conditions given = conditions(4);
    assertThat(inputs.accept(given)).isTrue();

    assertThat(inputs.missingConditions()).isEmpty();
    assertThat(inputs.conditions()).containsExactly(given);
    assertThat(inputs.take().conditions()).isSameAs(given);
    assertThat(inputs.conditions()).isEmpty();
  }

  @Test
  void takesConditionsOnceOfStepsToComeAndOfTheirVersion() {
    StepInputs inputs = new StepInputs(Source.BOOTSTRAP, schedule, 6);

    assertThat(inputs.accept(conditions(7))).isTrue();
    assertThat(inputs.accept(conditions(7))).as("doubled").isFalse();
    assertThat(inputs.accept(conditions(5))).as("late").isFalse();
    assertThat(inputs.accept(conditions(10))).as("past the end").isFalse();
    assertThat(inputs.accept(new Conditions(8, 4, new int[1], new int[0], new float[0])))
        .as("of another version")
        .isFalse();
    assertThat(new StepInputs(Source.BOOTSTRAP, schedule, 0).accept(Conditions.none(2)))
        .as("of stage 1")
        .isFalse();
    assertThat(new StepInputs(Source.LABELS, schedule, 0).accept(conditions(7)))
        .as("of another source")
        .isFalse();
  }

  @Test
  void labelsOfTheBatchAreItsCodes() {
    StepInputs inputs = new StepInputs(Source.LABELS, schedule, 5);
    inputs.admit(6);
    inputs.accept(MadeUpImages.images(5));

    assertThat(inputs.take().conditions().codes()).containsExactly(5 % 3);
  }

  @Test
  void missesBatchesOfAdmittedStepsAlone() {
    StepInputs inputs = new StepInputs(Source.NONE, schedule, 0);
    assertThat(inputs.missingBatches(3)).isEmpty();
    inputs.admit(2);
    assertThat(inputs.missingBatches(3)).containsExactly(0L, 1L);
    inputs.admit(9);
    inputs.admit(1); // late: what was admitted stays so
    inputs.accept(MadeUpImages.images(1));
    assertThat(inputs.missingBatches(3)).containsExactly(0L, 2L);
  }

  @Test
  void neverStartsAStepPastTheEnd() {
    StepInputs inputs = new StepInputs(Source.NONE, schedule, 9);
    inputs.admit(20);
    assertThat(inputs.missingBatches(3)).containsExactly(9L);
    inputs.accept(MadeUpImages.images(9));
    inputs.accept(MadeUpImages.images(10));
    inputs.take();
    assertThat(inputs.isReady()).isFalse();
    assertThat(inputs.missingBatches(3)).isEmpty();
  }

  private Conditions conditions(long step) {
    return new Conditions(
        step, schedule.version(step), new int[] {1}, new int[] {1}, new float[] {2});
  }
}
