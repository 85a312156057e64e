package dev.gnomon.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VersionScheduleTest {

  @Property
  void everyStepUsesAPublishedVersionThatIsNotTooOld(
      @ForAll @IntRange(min = 1, max = 60) int steps,
      @ForAll @IntRange(min = 0, max = 60) int boundary,
      @ForAll @IntRange(min = 1, max = 9) int publishEvery,
      @ForAll @IntRange(min = 0, max = 20) int lead) {
    VersionSchedule schedule =
        new VersionSchedule(
            steps, Math.min(boundary, steps), publishEvery, publishEvery - 1 + lead);
    for (long k = schedule.boundary(); k < steps; k++) {
      long version = schedule.version(k);
      assertThat(k - version).isBetween(0L, (long) schedule.maxStaleness());
      assertThat(schedule.publishes(version)).isTrue();
      assertThat(schedule.oldestNeeded(k)).isLessThanOrEqualTo(version);
      if (k > schedule.boundary()) {
        assertThat(version).isGreaterThanOrEqualTo(schedule.version(k - 1));
      }
    }
  }

  @Property
  void anAdmittedStepNeedsNoVersionOfTheFuture(
      @ForAll @IntRange(min = 1, max = 60) int steps,
      @ForAll @IntRange(min = 0, max = 60) int boundary,
      @ForAll @IntRange(min = 1, max = 9) int publishEvery,
      @ForAll @IntRange(min = 0, max = 20) int lead) {
    VersionSchedule schedule =
        new VersionSchedule(
            steps, Math.min(boundary, steps), publishEvery, publishEvery - 1 + lead);
    for (long done = schedule.boundary(); done < steps; done++) {
      assertThat(schedule.admitted(done)).isGreaterThan(done);
      for (long k = done; k < schedule.admitted(done); k++) {
        if (schedule.guided(k)) {
          assertThat(schedule.version(k)).isLessThanOrEqualTo(done);
        }
      }
    }
  }

  @Property
  void noMoreVersionsAreOfUseAtATimeThanItSays(
      @ForAll @IntRange(min = 1, max = 9) int publishEvery,
      @ForAll @IntRange(min = 0, max = 20) int lead) {
    VersionSchedule schedule = new VersionSchedule(200, 0, publishEvery, publishEvery - 1 + lead);
    int most = 0;
    for (long done = 0; done < 100; done++) {
      int ofUse = 0;
      for (long v = schedule.oldestNeeded(done); v <= done; v++) {
        ofUse += schedule.publishes(v) ? 1 : 0;
      }
      most = Math.max(most, ofUse);
    }
    assertThat(most).isEqualTo(schedule.versionsOfUse());
  }

  @Property
  void theConditionsOfACheckpointHaveAllBeenAdmitted(
      @ForAll @IntRange(min = 1, max = 60) int steps,
      @ForAll @IntRange(min = 0, max = 60) int boundary,
      @ForAll @IntRange(min = 1, max = 9) int publishEvery,
      @ForAll @IntRange(min = 0, max = 20) int lead,
      @ForAll @IntRange(min = 0, max = 60) int wanted) {
    VersionSchedule schedule =
        new VersionSchedule(
            steps, Math.min(boundary, steps), publishEvery, publishEvery - 1 + lead);
    long k = schedule.checkpointAt(Math.min(wanted, steps));
    assertThat(k).isBetween((long) Math.min(wanted, steps), (long) steps);
    long remade = schedule.firstRemade(k);
    assertThat(remade).isLessThanOrEqualTo(Math.max(schedule.admitted(k), schedule.boundary()));
    for (long m = Math.max(k, schedule.boundary()); m < steps; m++) {
      assertThat(schedule.version(m) < k).isEqualTo(m < remade);
    }
  }

  @Test
  void withoutStalenessEachStepUsesTheVersionBeforeIt() {
    VersionSchedule schedule = new VersionSchedule(10, 4, 1, 0);
    for (long k = 4; k < 10; k++) {
      assertThat(schedule.version(k)).isEqualTo(k);
    }
    assertThat(schedule.admitted(6)).isEqualTo(7);
  }

  @Test
  void anImpossibleStalenessIsNamed() {
    assertThatThrownBy(() -> new VersionSchedule(10, 5, 4, 2))
        .hasMessageContaining("max-staleness 2 must be at least publish-every - 1 = 4 - 1");
  }
}
