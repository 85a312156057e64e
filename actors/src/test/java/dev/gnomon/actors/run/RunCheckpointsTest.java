package dev.gnomon.actors.run;

import static dev.gnomon.actors.run.RunStage.directory;
import static dev.gnomon.actors.run.RunStage.lineage;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.gnomon.actors.run.RunSummary.Outcome;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.CheckpointAbandoned;
import dev.gnomon.protocol.CheckpointAt;
import dev.gnomon.protocol.CheckpointComing;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CheckpointsInUse;
import dev.gnomon.protocol.Evaluate;
import dev.gnomon.protocol.Failed;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.LeaveRequest;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.ScoreKnown;
import dev.gnomon.protocol.Scored;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checkpoints of a run, and their scores. */
class RunCheckpointsTest {

  private final RunStage stage = new RunStage();

  @AfterEach
  void close() {
    stage.close();
  }

  private void scored(long number, long step, double distance) {
    stage.coordinator.tell(new Scored(lineage(number), step, Map.of("fd", distance), List.of()));
  }

  private void notWritten(long step) {
    stage.coordinator.tell(new CheckpointFailed(lineage(1), step, "no space left"));
  }

  @Test
  void aCheckpointThatIsDueIsScoredAndKeptUntilThen() {
    stage.running();
    stage.steps(1, 0, 9);
    stage.written(1, 4);
    stage.none(stage.scorer, Evaluate.class);
    stage.logged("event=checkpoint step=8 .*digest=digest-8", () -> stage.written(1, 8));
    assertThat(stage.next(stage.scorer, Evaluate.class))
        .isEqualTo(new Evaluate(lineage(1), 8, directory(8)));
    awaitInUse(8);
    scored(1, 8, 2.5);
    assertThat(stage.next(stage.checkpointer, ScoreKnown.class))
        .isEqualTo(new ScoreKnown(lineage(1), 8, 2.5));
    assertThat(stage.next(stage.checkpointer, CheckpointsInUse.class).steps()).isEmpty();
    assertThat(stage.heard.scored).containsExactly(8L);
    assertThat(stage.files.kept).contains("scored 8");
  }

  private void awaitInUse(long step) {
    CheckpointsInUse use = stage.next(stage.checkpointer, CheckpointsInUse.class);
    while (!use.steps().equals(List.of(step))) {
      use = stage.next(stage.checkpointer, CheckpointsInUse.class);
    }
  }

  @Test
  void doubledAndLateNewsOfACheckpointChangeNothing() {
    stage.running();
    stage.steps(1, 0, 9);
    stage.written(1, 8);
    stage.written(1, 8);
    stage.written(1, 4);
    scored(1, 8, 2.5);
    scored(1, 8, 2.5);
    scored(1, 4, 1.5);
    notWritten(8);
    stage.status();
    assertThat(stage.heard.scored).containsExactly(8L);
    assertThat(stage.heard.events.stream().filter(e -> e.startsWith("event=checkpoint ")))
        .hasSize(1);
    stage.none(stage.checkpointer, CheckpointAbandoned.class);
  }

  @Test
  void anEvaluationIsAskedForAgainUntilItIsThere() {
    stage.running();
    stage.steps(1, 0, 9);
    stage.written(1, 8);
    stage.next(stage.scorer, Evaluate.class);
    stage.tick();
    stage.next(stage.scorer, Evaluate.class);
  }

  @Test
  void whileOneIsScoredOnlyTheNewestWaits() {
    stage.running();
    stage.steps(1, 0, 9);
    stage.written(1, 8);
    stage.next(stage.scorer, Evaluate.class);
    stage.steps(1, 9, 17);
    stage.written(1, 16);
    stage.steps(1, 17, 20);
    stage.logged("event=evaluation-skipped step=16", () -> stage.written(1, 20));
    scored(1, 8, 1);
    Evaluate next = stage.next(stage.scorer, Evaluate.class);
    while (next.step() == 8) {
      next = stage.next(stage.scorer, Evaluate.class);
    }
    assertThat(next.step()).isEqualTo(20);
  }

  @Test
  void aScoreOfAnAbandonedLineageIsTakenAgainInTheNewOne() {
    stage.running();
    stage.steps(1, 0, 9);
    stage.written(1, 8);
    stage.next(stage.scorer, Evaluate.class);
    stage.files.recoveries.add(RunStage.from(8));
    stage.idle(Role.TRAINER, stage.trainer, "bad luck");
    stage.begin(2);
    scored(1, 8, 1);
    assertThat(stage.next(stage.scorer, Evaluate.class))
        .isEqualTo(new Evaluate(lineage(2), 8, directory(8)));
    assertThat(stage.heard.scored).isEmpty();
    scored(2, 8, 1);
    stage.status();
    assertThat(stage.heard.scored).containsExactly(8L);
  }

  @Test
  void aCheckpointThatCanNotBeScoredHoldsNothingUp() {
    stage.running();
    stage.steps(1, 0, 9);
    stage.written(1, 8);
    stage.logged(
        "event=failed .*step=8 cause=\"block 3 failed\"",
        () ->
            stage.coordinator.tell(
                new Failed(lineage(1), Role.EVALUATOR, "scorer", 8, "block 3 failed")));
    stage.none(stage.scorer, Halt.class);
    stage.tick();
    stage.none(stage.scorer, Evaluate.class);
  }

  @Test
  void aScorerThatRestartedIsAskedAgain() {
    stage.running();
    stage.steps(1, 0, 9);
    stage.written(1, 8);
    stage.next(stage.scorer, Evaluate.class);
    stage.logged(
        "event=restart actor=scorer .*lost=0",
        () -> stage.idle(Role.EVALUATOR, stage.scorer, "bad luck"));
    stage.begun(1, Role.EVALUATOR, stage.scorer);
    stage.next(stage.scorer, Evaluate.class);
  }

  @Test
  void anEvaluatorThatFailsTooOftenEndsTheScoringAndNotTheRun() throws Exception {
    stage.running();
    stage.steps(1, 0, 9);
    stage.written(1, 8);
    for (int i = 0; i < 2; i++) {
      stage.idle(Role.EVALUATOR, stage.evaluator, "bad luck");
      stage.begun(1, Role.EVALUATOR, stage.evaluator);
    }
    stage.logged(
        "event=given-up actor=evaluator cause=\"bad luck\"",
        () -> stage.idle(Role.EVALUATOR, stage.evaluator, "bad luck"));
    stage.steps(1, 9, 20);
    stage.written(1, 20);
    assertThat(stage.finished().outcome()).isEqualTo(Outcome.DONE);
  }

  @Test
  void aCheckpointerThatRestartedIsToldScoresAndUseAndCutsAreToldAgain() {
    stage.running();
    stage.steps(1, 0, 9);
    stage.written(1, 4);
    stage.written(1, 8);
    scored(1, 8, 2.5);
    stage.steps(1, 9, 13);
    stage.logged(
        "event=restart actor=checkpointer .*lost=0",
        () -> stage.idle(Role.CHECKPOINTER, stage.checkpointer, "bad luck"));
    stage.status();
    while (stage.next(stage.trainer, Admit.class).below() < 15) {}
    stage.begun(1, Role.CHECKPOINTER, stage.checkpointer);
    assertThat(stage.next(stage.trainer, CheckpointAt.class).step()).isEqualTo(12);
    stage.next(stage.checkpointer, dev.gnomon.protocol.Begin.class);
    assertThat(stage.next(stage.checkpointer, ScoreKnown.class).step()).isEqualTo(8);
    stage.next(stage.checkpointer, CheckpointsInUse.class);
  }

  @Test
  void aCheckpointThatFailedIsAbandonedAndTrainingGoesOn() {
    stage.running();
    stage.steps(1, 0, 5);
    stage.logged("event=checkpoint-failed step=4 cause=\"no space left\"", () -> notWritten(4));
    assertThat(stage.next(stage.checkpointer, CheckpointAbandoned.class).step()).isEqualTo(4);
    stage.steps(1, 5, 8);
    assertThat(stage.status().step()).isEqualTo(8);
  }

  @Test
  void twoCheckpointsOnTheirWayHoldTheThirdBack() {
    stage.running();
    stage.steps(1, 0, 11);
    assertThat(lastAdmitted(1 + 22)).isEqualTo(11); // step 11 would cut a checkpoint of 12
    stage.written(1, 4);
    assertThat(stage.next(stage.trainer, Admit.class).below()).isEqualTo(13);
  }

  private long lastAdmitted(int messages) {
    long below = 0;
    for (int i = 0; i < messages; i++) {
      below = stage.next(stage.trainer, Admit.class).below();
    }
    return below;
  }

  @Test
  void ownersHearThatACheckpointIsWritten() {
    stage.running();
    stage.steps(1, 0, 5);
    stage.written(1, 4);
    assertThat(stage.next(stage.trainer, CheckpointWritten.class).step()).isEqualTo(4);
    assertThat(stage.next(stage.assigner, CheckpointWritten.class).step()).isEqualTo(4);
  }

  @Test
  void aCheckpointThatIsStillComingIsNotGivenUpButOneThatHasStoppedIs() {
    stage.running();
    stage.steps(1, 0, 5);
    for (int i = 0; i < 40; i++) {
      stage.coordinator.tell(new CheckpointComing(lineage(1), 4, i));
      stage.tick();
    }
    stage.none(stage.checkpointer, CheckpointAbandoned.class);
    for (int i = 0; i < 28; i++) {
      stage.coordinator.tell(new CheckpointComing(lineage(1), 4, 39));
      stage.tick();
    }
    stage.logged(
        "event=checkpoint-failed step=4 cause=\"nobody answered in time\"",
        () -> {
          stage.tick();
          stage.tick();
        });
  }

  @Test
  void aNodeThatIsToLeaveHearsOfTheCheckpointThatIsCutForIt() {
    stage.running();
    stage.steps(1, 0, 5);
    TestProbe<CheckpointWritten> node = stage.kit.createTestProbe();
    stage.logged(
        "event=checkpoint-ordered step=8",
        () -> stage.coordinator.tell(new LeaveRequest(node.ref())));
    stage.written(1, 4);
    stage.status();
    node.expectNoMessage(Duration.ofMillis(40));
    stage.steps(1, 5, 8);
    stage.written(1, 8);
    assertThat(node.receiveMessage().step()).isEqualTo(8);
    stage.steps(1, 8, 12);
    stage.written(1, 12);
    node.expectNoMessage(Duration.ofMillis(40));
  }

  @Test
  void aNodeNeedNotWaitForACheckpointThatIsThereAndOnlyScoredYet() {
    stage.running();
    stage.steps(1, 0, 20);
    stage.written(1, 20);
    TestProbe<CheckpointWritten> node = stage.kit.createTestProbe();
    stage.coordinator.tell(new LeaveRequest(node.ref()));
    assertThat(node.receiveMessage().step()).isEqualTo(20);
    assertThat(stage.status().phase()).isEqualTo("finishing");
  }

  @Test
  void whereNoCheckpointCanBeCutANodeNeedNotWaitForOne() {
    stage.open().enterCheckpointer().await("waiting");
    TestProbe<CheckpointWritten> node = stage.kit.createTestProbe();
    stage.coordinator.tell(new LeaveRequest(node.ref()));
    assertThat(node.receiveMessage().step()).isZero();
  }

  @Test
  void aCheckpointThatNobodyAnswersForIsGivenUp() {
    stage.running();
    stage.steps(1, 0, 5);
    for (int i = 0; i < 30; i++) {
      stage.tick();
    }
    stage.logged("event=checkpoint-failed step=4 cause=\"nobody answered in time\"", stage::tick);
  }
}
