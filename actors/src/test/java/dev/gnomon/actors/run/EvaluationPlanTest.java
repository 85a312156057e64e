package dev.gnomon.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.run.EvaluationPlan.Candidate;
import dev.gnomon.model.training.VersionSchedule;
import org.junit.jupiter.api.Test;

class EvaluationPlanTest {

  private final EvaluationPlan plan = new EvaluationPlan(new VersionSchedule(90, 20, 4, 7), 10);

  private static Candidate of(long step) {
    return new Candidate(step, "step-" + step);
  }

  @Test
  void theCheckpointOfEachMultipleIsDueAndTheLast() {
    assertThat(plan.due(0)).isFalse();
    assertThat(plan.due(10)).isTrue();
    assertThat(plan.due(15)).isFalse();
    assertThat(plan.due(20)).isTrue();
    assertThat(plan.due(30)).isFalse(); // a version begins at 32
    assertThat(plan.due(32)).isTrue();
    assertThat(plan.due(36)).isFalse();
    assertThat(plan.due(40)).isTrue();
    assertThat(plan.due(90)).isTrue();
  }

  @Test
  void withoutAnIntervalNothingIsDue() {
    EvaluationPlan off = new EvaluationPlan(new VersionSchedule(90, 20, 4, 7), 0);
    assertThat(off.due(10)).isFalse();
    assertThat(off.due(90)).isFalse();
  }

  @Test
  void theFirstIsScoredAtOnce() {
    assertThat(plan.offer(of(10))).isEmpty();
    assertThat(plan.current()).contains(of(10));
    assertThat(plan.pinned()).containsExactly(10L);
  }

  @Test
  void whileOneIsScoredOnlyTheNewestWaits() {
    plan.offer(of(10));
    assertThat(plan.offer(of(20))).isEmpty();
    assertThat(plan.offer(of(32))).contains(of(20));
    assertThat(plan.pinned()).containsExactly(10L, 32L);
    plan.settled(10);
    assertThat(plan.current()).contains(of(32));
    plan.settled(32);
    assertThat(plan.current()).isEmpty();
    assertThat(plan.pinned()).isEmpty();
  }

  @Test
  void anOfferThatComesTwiceOrLateIsIgnored() {
    plan.offer(of(20));
    assertThat(plan.offer(of(20))).isEmpty();
    assertThat(plan.offer(of(10))).isEmpty();
    plan.offer(of(32));
    assertThat(plan.offer(of(32))).isEmpty();
    plan.settled(10);
    assertThat(plan.pinned()).containsExactly(20L, 32L);
  }

  @Test
  void aRollbackKeepsWhatIsStillThere() {
    plan.offer(of(10));
    plan.offer(of(20));
    plan.begin(10);
    assertThat(plan.pinned()).containsExactly(10L);
    plan.offer(of(20));
    plan.settled(10);
    plan.begin(0);
    assertThat(plan.current()).isEmpty();
  }

  @Test
  void whereTheOneInWorkIsGoneTheOtherTakesItsPlace() {
    plan.offer(of(10));
    plan.cancel();
    assertThat(plan.pinned()).isEmpty();
    plan.offer(of(20));
    assertThat(plan.current()).contains(of(20));
  }
}
