package dev.gnomon.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.training.VersionSchedule;
import org.junit.jupiter.api.Test;

class AdmissionTest {

  private final VersionSchedule schedule = new VersionSchedule(20, 10, 2, 4); // L = 3

  @Test
  void aStepIsDoneWhenTrainerAndAssignerHaveDoneIt() {
    Admission admission = new Admission(schedule, true);
    admission.begin(0);
    admission.trained(3);
    assertThat(admission.done()).isZero();
    admission.clustered(2);
    assertThat(admission.done()).isEqualTo(2);
    assertThat(admission.below()).isEqualTo(6);
  }

  @Test
  void withoutAnAssignerTheTrainerAloneCounts() {
    Admission admission = new Admission(schedule, false);
    admission.begin(4);
    admission.trained(7);
    assertThat(admission.done()).isEqualTo(7);
    assertThat(admission.below()).isEqualTo(11);
  }

  @Test
  void neverAdmitsPastTheLastStep() {
    Admission admission = new Admission(schedule, false);
    admission.begin(0);
    for (long done = 0; done <= 20; done++) {
      admission.trained(done);
      assertThat(admission.below()).isEqualTo(schedule.admitted(done)).isLessThanOrEqualTo(20);
    }
  }

  @Test
  void lateAndDoubledAnnouncementsChangeNothing() {
    Admission admission = new Admission(schedule, true);
    admission.begin(0);
    admission.trained(5);
    admission.clustered(5);
    admission.trained(5);
    admission.clustered(3);
    admission.trained(2);
    assertThat(admission.trained()).isEqualTo(5);
    assertThat(admission.done()).isEqualTo(5);
    assertThat(admission.below()).isEqualTo(9);
  }

  @Test
  void aLimitHoldsBackButTakesNothingBack() {
    Admission admission = new Admission(schedule, false);
    admission.begin(0);
    admission.trained(2);
    assertThat(admission.below()).isEqualTo(6);
    admission.limit(4);
    assertThat(admission.below()).isEqualTo(6);
    admission.trained(5);
    assertThat(admission.below()).isEqualTo(6);
    admission.limit(Long.MAX_VALUE);
    assertThat(admission.below()).isEqualTo(9);
  }

  @Test
  void aLineageBeginsWhereItsCheckpointIs() {
    Admission admission = new Admission(schedule, true);
    admission.begin(0);
    admission.trained(12);
    admission.clustered(12);
    admission.begin(8);
    assertThat(admission.done()).isEqualTo(8);
    assertThat(admission.below()).isEqualTo(12);
  }
}
