package dev.gnomon.actors.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.training.VersionSchedule;
import org.junit.jupiter.api.Test;

/** 20 steps, 4 of them stage 1, P = 4, L = 4. */
class FeatureStepsTest {

  private final VersionSchedule schedule = new VersionSchedule(20, 4, 4, 7);
  private final FeatureSteps steps = new FeatureSteps(schedule, 0);

  @Test
  void takesNothingBeforeItIsAssignedAndAdmitted() {
    steps.admit(9);
    assertThat(steps.next(9)).isEmpty();
    FeatureSteps assigned = new FeatureSteps(schedule, 0);
    assigned.assign(0, 1);
    assertThat(assigned.next(9)).isEmpty();
  }

  @Test
  void takesEachGuidedStepThatIsAdmittedOnce() {
    steps.assign(0, 1);
    steps.admit(7);
    assertThat(steps.next(9)).containsExactly(4L, 5L, 6L);
    assertThat(steps.next(2)).containsExactly(4L, 5L);
    steps.made(4);
    steps.admit(3); // late: what was admitted stays so
    assertThat(steps.next(9)).containsExactly(5L, 6L);
  }

  @Test
  void teachersShareAllStepsAndNoneTwice() {
    for (int teachers = 1; teachers <= 4; teachers++) {
      for (long step = 4; step < 9; step++) {
        int takers = 0;
        for (int place = 0; place < teachers; place++) {
          FeatureSteps own = new FeatureSteps(schedule, 0);
          own.assign(place, teachers);
          own.admit(9);
          takers += own.next(9).contains(step) ? 1 : 0;
        }
        assertThat(takers).isEqualTo(1);
      }
    }
  }

  @Test
  void startsWhereConditionsCanBeMadeAgain() {
    FeatureSteps resumed = new FeatureSteps(schedule, 8);
    resumed.assign(0, 1);
    resumed.admit(13);
    assertThat(resumed.first()).isEqualTo(12);
    assertThat(resumed.next(9)).containsExactly(12L);
    resumed.request(11);
    assertThat(resumed.next(9)).containsExactly(12L);
  }

  @Test
  void leavesOutWhatAdmissionSaysIsDone() {
    steps.assign(0, 1);
    steps.admit(14);
    assertThat(steps.first()).isEqualTo(9);
    assertThat(steps.next(2)).containsExactly(9L, 10L);
    steps.admit(20);
    assertThat(steps.next(9)).containsExactly(15L, 16L, 17L, 18L, 19L);
  }

  @Test
  void makesAgainWhatItIsAskedForEvenOfAnother() {
    steps.assign(1, 2);
    steps.admit(9);
    steps.made(5);
    steps.request(5);
    steps.request(6);
    assertThat(steps.next(9)).containsExactly(5L, 6L, 7L);
    steps.made(6);
    assertThat(steps.next(9)).containsExactly(5L, 7L);
  }

  @Test
  void requestAdmitsAndIsIgnoredPastTheEnd() {
    steps.assign(0, 1);
    steps.request(5);
    assertThat(steps.next(9)).containsExactly(4L, 5L);
    steps.request(20);
    assertThat(steps.next(9)).containsExactly(15L, 16L, 17L, 18L, 19L);
  }

  @Test
  void anotherPlaceAmongOthersLeavesOutWhatWasMade() {
    steps.assign(1, 2);
    steps.admit(9);
    steps.made(5);
    steps.assign(0, 1);
    assertThat(steps.next(9)).containsExactly(4L, 6L, 7L, 8L);
    steps.assign(-1, 1);
    assertThat(steps.next(9)).isEmpty();
  }
}
