package dev.gnomon.actors.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.model.training.VersionSchedule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointPlanTest {

  private static List<Long> cuts(VersionSchedule schedule, long every, long from) {
    CheckpointPlan plan = new CheckpointPlan(schedule, every);
    plan.begin(from);
    List<Long> cuts = new ArrayList<>();
    for (long done = from; done <= schedule.steps(); done++) {
      plan.trained(done);
      cuts.addAll(plan.onTheirWay());
      new ArrayList<>(plan.onTheirWay()).forEach(plan::settled);
    }
    return cuts;
  }

  @Test
  void cutsAtEachMultipleAndAtTheEnd() {
    assertThat(cuts(new VersionSchedule(10, 5, 1, 1), 4, 0)).containsExactly(4L, 8L, 10L);
    assertThat(cuts(new VersionSchedule(8, 4, 1, 1), 4, 0)).containsExactly(4L, 8L);
    assertThat(cuts(new VersionSchedule(3, 0, 1, 1), 100, 0)).containsExactly(3L);
  }

  @Test
  void inStageTwoCutsOnlyWhereAVersionBegins() {
    VersionSchedule schedule = new VersionSchedule(31, 7, 4, 7);
    for (long every = 1; every < 12; every++) {
      List<Long> cuts = cuts(schedule, every, 0);
      assertThat(cuts)
          .allMatch(k -> schedule.checkpointAt(k) == k)
          .endsWith(31L)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void inStageTwoEveryMultipleHasItsCutWhereTheNextVersionBegins() {
    VersionSchedule schedule = new VersionSchedule(31, 7, 4, 7);
    assertThat(cuts(schedule, 3, 0)).containsExactly(3L, 6L, 12L, 16L, 20L, 24L, 28L, 31L);
    assertThat(cuts(schedule, 5, 0)).containsExactly(5L, 12L, 16L, 20L, 28L, 31L);
    assertThat(cuts(schedule, 14, 0)).containsExactly(16L, 28L, 31L);
  }

  @Test
  void goesOnAfterTheCheckpointItBeganWith() {
    assertThat(cuts(new VersionSchedule(10, 5, 1, 1), 4, 4)).containsExactly(8L, 10L);
    assertThat(cuts(new VersionSchedule(10, 5, 1, 1), 4, 5)).containsExactly(8L, 10L);
    assertThat(cuts(new VersionSchedule(10, 5, 1, 1), 4, 10)).isEmpty();
  }

  @Test
  void anAnnouncementThatStandsForSeveralStepsCutsAllBetween() {
    CheckpointPlan plan = new CheckpointPlan(new VersionSchedule(10, 5, 1, 1), 2);
    plan.begin(0);
    plan.trained(7);
    assertThat(plan.onTheirWay()).containsExactly(2L, 4L, 6L);
    assertThat(plan.next()).isEqualTo(8);
  }

  @Test
  void oneThatIsAskedForComesSoonestWhereTheTrainerHearsOfItInTime() {
    CheckpointPlan plan = new CheckpointPlan(new VersionSchedule(100, 50, 1, 1), 40);
    plan.begin(0);
    plan.trained(3);
    assertThat(plan.now(5)).isEqualTo(6);
    assertThat(plan.next()).isEqualTo(6);
    plan.trained(6);
    assertThat(plan.onTheirWay()).containsExactly(6L);
    assertThat(plan.next()).isEqualTo(40);
  }

  @Test
  void oneThatIsAskedForAtTheEndIsTheLast() {
    CheckpointPlan plan = new CheckpointPlan(new VersionSchedule(10, 5, 1, 1), 4);
    plan.begin(8);
    assertThat(plan.now(10)).isEqualTo(10);
    plan.trained(10);
    assertThat(plan.next()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void twoOnTheirWayHoldTrainingBackAtTheThirdUntilOneArrives() {
    CheckpointPlan plan = new CheckpointPlan(new VersionSchedule(100, 50, 1, 1), 10);
    plan.begin(0);
    plan.trained(10);
    assertThat(plan.limit()).isEqualTo(Long.MAX_VALUE);
    plan.trained(20);
    assertThat(plan.limit()).isEqualTo(29);
    plan.settled(10);
    assertThat(plan.limit()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void stepsWhoseConditionsACheckpointWaitsForAreNeverHeldBack() {
    VersionSchedule schedule = new VersionSchedule(100, 0, 4, 11); // L = 8
    CheckpointPlan plan = new CheckpointPlan(schedule, 4);
    plan.begin(0);
    plan.trained(8);
    assertThat(plan.onTheirWay()).containsExactly(4L, 8L);
    assertThat(plan.limit()).isEqualTo(schedule.firstRemade(4)).isEqualTo(12);
  }

  @Test
  void aRollbackForgetsWhatWasOnItsWay() {
    CheckpointPlan plan = new CheckpointPlan(new VersionSchedule(100, 50, 1, 1), 10);
    plan.begin(0);
    plan.now(3);
    plan.trained(25);
    plan.begin(10);
    assertThat(plan.onTheirWay()).isEmpty();
    assertThat(plan.next()).isEqualTo(20);
  }

  @Test
  void everyStepIsTheLeast() {
    assertThatThrownBy(() -> new CheckpointPlan(new VersionSchedule(9, 3, 1, 1), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The cuts of a run whose plan changes when {@code at} steps are done. */
  private static List<Long> changed(VersionSchedule schedule, long every, long later, long at) {
    CheckpointPlan plan = new CheckpointPlan(schedule, every);
    plan.begin(0);
    List<Long> cuts = new ArrayList<>();
    for (long done = 0; done <= schedule.steps(); done++) {
      plan.trained(done);
      cuts.addAll(plan.onTheirWay());
      new ArrayList<>(plan.onTheirWay()).forEach(plan::settled);
      if (done == at) {
        plan.every(later, schedule.admitted(done));
      }
    }
    return cuts;
  }

  @Test
  void aChangedPlanKeepsWhatTheTrainerWasToldAndThenIsTheNewOne() {
    VersionSchedule schedule = new VersionSchedule(30, 30, 1, 3); // admits 4 ahead
    assertThat(changed(schedule, 10, 4, 3)).containsExactly(8L, 10L, 12L, 16L, 20L, 24L, 28L, 30L);
    assertThat(changed(schedule, 3, 10, 7)).containsExactly(3L, 6L, 9L, 20L, 30L);
    assertThat(changed(schedule, 2, 10, 7)).containsExactly(2L, 4L, 6L, 8L, 10L, 20L, 30L);
    assertThat(changed(schedule, 10, 100, 27)).containsExactly(10L, 20L, 30L);
  }

  @Test
  void aChangedPlanNeverCutsWhatMayBeUnderWayAlreadyAndAlwaysTheLast() {
    for (VersionSchedule schedule :
        List.of(new VersionSchedule(31, 7, 4, 7), new VersionSchedule(12, 12, 1, 3))) {
      for (long every = 1; every < 14; every++) {
        for (long later = 1; later < 14; later++) {
          for (long at = 0; at <= schedule.steps(); at++) {
            List<Long> before = cuts(schedule, every, 0);
            List<Long> cuts = changed(schedule, every, later, at);
            long underWay = schedule.admitted(at);
            assertThat(cuts).endsWith(schedule.steps()).doesNotHaveDuplicates().isSorted();
            assertThat(cuts.stream().filter(k -> k <= underWay && k < schedule.steps()))
                .isSubsetOf(before);
            assertThat(cuts).containsAll(before.stream().filter(k -> k <= underWay).toList());
          }
        }
      }
    }
  }
}
