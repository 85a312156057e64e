package dev.gnomon.actors.run;

import static dev.gnomon.actors.run.RunStage.directory;
import static dev.gnomon.actors.run.RunStage.lineage;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.receptionist.Receptionist;
import dev.gnomon.actors.node.Services;
import dev.gnomon.actors.run.RunSummary.Outcome;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.CheckpointAbandoned;
import dev.gnomon.protocol.CheckpointAt;
import dev.gnomon.protocol.CheckpointComing;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.CheckpointNow;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CheckpointsInUse;
import dev.gnomon.protocol.Continue;
import dev.gnomon.protocol.Evaluate;
import dev.gnomon.protocol.EvaluateNow;
import dev.gnomon.protocol.EvaluatorMessage;
import dev.gnomon.protocol.Failed;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.LeaveRequest;
import dev.gnomon.protocol.Pause;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.ScoreKnown;
import dev.gnomon.protocol.Scored;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.Stop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checkpoints, their scores, what operators wish for, and how a run ends. */
class RunCheckpointsTest {

  private final RunStage stage = new RunStage();

  @AfterEach
  void close() {
    stage.close();
  }

  private void running(String... sets) {
    stage.open(sets).enter().begin(1);
  }

  private void scored(long number, long step, double distance) {
    stage.coordinator.tell(new Scored(lineage(number), step, Map.of("fd", distance), List.of()));
  }

  private void notWritten(long step) {
    stage.coordinator.tell(new CheckpointFailed(lineage(1), step, "no space left"));
  }

  @Test
  void aCheckpointThatIsDueIsScoredAndKeptUntilThen() {
    running();
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
    running();
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
    running();
    stage.steps(1, 0, 9);
    stage.written(1, 8);
    stage.next(stage.scorer, Evaluate.class);
    stage.tick();
    stage.next(stage.scorer, Evaluate.class);
  }

  @Test
  void whileOneIsScoredOnlyTheNewestWaits() {
    running();
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
    running();
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
    running();
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
    running();
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
    running();
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
    running();
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
    running();
    stage.steps(1, 0, 5);
    stage.logged("event=checkpoint-failed step=4 cause=\"no space left\"", () -> notWritten(4));
    assertThat(stage.next(stage.checkpointer, CheckpointAbandoned.class).step()).isEqualTo(4);
    stage.steps(1, 5, 8);
    assertThat(stage.status().step()).isEqualTo(8);
  }

  @Test
  void twoCheckpointsOnTheirWayHoldTheThirdBack() {
    running();
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
    running();
    stage.steps(1, 0, 5);
    stage.written(1, 4);
    assertThat(stage.next(stage.trainer, CheckpointWritten.class).step()).isEqualTo(4);
    assertThat(stage.next(stage.assigner, CheckpointWritten.class).step()).isEqualTo(4);
  }

  @Test
  void aCheckpointThatIsStillComingIsNotGivenUpButOneThatHasStoppedIs() {
    running();
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
    running();
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
    running();
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
    running();
    stage.steps(1, 0, 5);
    for (int i = 0; i < 30; i++) {
      stage.tick();
    }
    stage.logged("event=checkpoint-failed step=4 cause=\"nobody answered in time\"", stage::tick);
  }

  @Test
  void theRunIsDoneWhenTheLastCheckpointAndItsScoresAreThere() throws Exception {
    running();
    stage.steps(1, 0, 20);
    assertThat(stage.status().phase()).isEqualTo("finishing");
    stage.written(1, 20);
    assertThat(stage.status().phase()).isEqualTo("finishing");
    stage.logged("event=over outcome=done step=20 of=20", () -> scored(1, 20, 3.5));
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.DONE);
    assertThat(summary.step()).isEqualTo(20);
    assertThat(summary.digest()).isEqualTo("digest-20");
    assertThat(summary.checkpoint()).contains(Path.of(directory(20)));
    assertThat(summary.scores()).containsEntry("fd", 3.5);
    assertThat(summary.measures()).containsKey("loss");
    for (var probe : List.of(stage.trainer, stage.teacher, stage.assigner, stage.scorer)) {
      assertThat(stage.next(probe, Halt.class).lineage()).isEqualTo(lineage(1));
    }
  }

  @Test
  void aRunThatNobodyComesToScoreSaysSoAndIsDoneAllTheSame() throws Exception {
    running("gnomon.deadlines.evaluator=6s");
    stage.evaluator.stop();
    stage.steps(1, 0, 9);
    stage.written(1, 8);
    stage.steps(1, 9, 20);
    for (int i = 0; i < 9; i++) {
      stage.tick(); // whose last checkpoint is not written yet
    }
    stage.written(1, 20);
    for (int i = 0; i < 3; i++) {
      stage.tick();
    }
    assertThat(stage.status().phase()).isEqualTo("finishing");
    assertThat(stage.status().waits())
        .anyMatch(wait -> wait.forWhat().equals("evaluator") && wait.actor().equals("coordinator"));
    stage.logged(
        "event=not-scored step=20 checkpoint=%s lacking=\\S*evaluator.* remedy=\"launch/gnomon evaluate .*"
            .formatted(directory(20)),
        stage::tick);
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.DONE);
    assertThat(summary.scores()).isEmpty();
  }

  @Test
  void anEvaluatorThatComesWithinThatTimeScoresTheLastCheckpoint() throws Exception {
    running("gnomon.deadlines.evaluator=6s");
    stage.evaluator.stop();
    stage.steps(1, 0, 20);
    stage.written(1, 20);
    for (int i = 0; i < 3; i++) {
      stage.tick();
    }
    TestProbe<EvaluatorMessage> late = stage.kit.createTestProbe("late");
    stage.kit.system().receptionist().tell(Receptionist.register(Services.EVALUATOR, late.ref()));
    stage.next(late, Begin.class);
    for (int i = 0; i < 9; i++) {
      stage.tick(); // it takes its time
    }
    assertThat(stage.status().phase()).isEqualTo("finishing");
    scored(1, 20, 3.5);
    assertThat(stage.finished().scores()).containsEntry("fd", 3.5);
  }

  @Test
  void theLastCheckpointIsAskedForUntilItIsThere() {
    running();
    stage.steps(1, 0, 20);
    stage.tick();
    CheckpointAt last = stage.next(stage.trainer, CheckpointAt.class);
    while (last.step() < 20) {
      last = stage.next(stage.trainer, CheckpointAt.class);
    }
    stage.none(stage.checkpointer, CheckpointAbandoned.class);
    stage.tick();
    last = stage.next(stage.trainer, CheckpointAt.class);
    while (last.step() < 20) {
      last = stage.next(stage.trainer, CheckpointAt.class);
    }
  }

  @Test
  void aRunWhoseLastCheckpointCanNotBeWrittenFails() throws Exception {
    running();
    stage.steps(1, 0, 20);
    stage.written(1, 16);
    for (int i = 0; i < 3; i++) {
      notWritten(20);
    }
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(summary.cause()).contains("last checkpoint").contains("no space left");
    assertThat(summary.checkpoint()).contains(Path.of(directory(16)));
  }

  @Test
  void aRunThatIsDoneAlreadyOnlyTakesTheScoresThatLack() throws Exception {
    stage.files.recoveries.add(RunStage.from(20));
    running();
    assertThat(stage.next(stage.scorer, Evaluate.class).step()).isEqualTo(20);
    scored(1, 20, 1);
    assertThat(stage.finished().outcome()).isEqualTo(Outcome.DONE);
    assertThat(stage.heard.steps).isEmpty();
  }

  @Test
  void scoresThatAreKnownAreNotTakenAgain() throws Exception {
    stage.files.recoveries.add(
        new Recovery(
            0,
            new Start(20, directory(20), List.of()),
            "digest-20",
            List.of(),
            Map.of(20L, Map.of("fd", 4.0))));
    stage.open().enter();
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.DONE);
    assertThat(summary.scores()).containsEntry("fd", 4.0);
  }

  @Test
  void aPauseAdmitsNothingFurtherUntilItIsOver() {
    running();
    stage.logged("event=paused step=0", () -> stage.coordinator.tell(new Pause()));
    stage.coordinator.tell(new Pause());
    assertThat(stage.status().phase()).isEqualTo("paused");
    stage.steps(1, 0, 2);
    stage.status();
    for (int i = 0; i < 4; i++) {
      assertThat(stage.next(stage.trainer, Admit.class).below()).isEqualTo(2);
    }
    stage.logged("event=continued step=2", () -> stage.coordinator.tell(new Continue()));
    Admit admit = stage.next(stage.trainer, Admit.class);
    while (admit.below() == 2) {
      admit = stage.next(stage.trainer, Admit.class);
    }
    assertThat(admit.below()).isEqualTo(4);
    stage.coordinator.tell(new Continue());
    assertThat(stage.status().phase()).isEqualTo("running");
  }

  @Test
  void aCheckpointThatIsOrderedIsCutWhereTheTrainerHearsOfItInTimeEvenWhilePaused() {
    running();
    stage.coordinator.tell(new Pause());
    stage.logged(
        "event=checkpoint-ordered step=3", () -> stage.coordinator.tell(new CheckpointNow()));
    CheckpointAt cut = stage.next(stage.trainer, CheckpointAt.class);
    while (cut.step() != 3) {
      cut = stage.next(stage.trainer, CheckpointAt.class);
    }
    stage.steps(1, 0, 2);
    Admit admit = stage.next(stage.trainer, Admit.class);
    while (admit.below() < 3) {
      admit = stage.next(stage.trainer, Admit.class);
    }
    stage.steps(1, 2, 3);
    assertThat(stage.status().versions().admitted()).isEqualTo(3); // and no step more
  }

  @Test
  void anEvaluationThatIsOrderedTakesTheNewestCheckpoint() {
    running();
    stage.coordinator.tell(new EvaluateNow());
    stage.none(stage.scorer, Evaluate.class);
    stage.steps(1, 0, 5);
    stage.written(1, 4);
    stage.coordinator.tell(new EvaluateNow());
    assertThat(stage.next(stage.scorer, Evaluate.class).step()).isEqualTo(4);
  }

  @Test
  void aStopWritesALastCheckpointAndEndsTheRun() throws Exception {
    running();
    stage.steps(1, 0, 5);
    stage.logged("event=stopping checkpoint=8", () -> stage.coordinator.tell(new Stop()));
    stage.coordinator.tell(new Stop());
    stage.steps(1, 5, 8);
    stage.written(1, 8);
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(summary.checkpoint()).contains(Path.of(directory(8)));
    stage.none(stage.scorer, Evaluate.class);
  }

  @Test
  void aStopThatTakesTooLongEndsTheRunWithoutACheckpoint() throws Exception {
    running();
    stage.coordinator.tell(new Stop());
    stage.status();
    stage.time.timePasses(Duration.ofSeconds(60));
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(summary.cause()).isEqualTo("the stop took too long");
    assertThat(summary.checkpoint()).isEmpty();
  }

  @Test
  void aStopWhileSomeoneIsMissingEndsTheRunAtOnce() throws Exception {
    stage.open().enterCheckpointer().await("waiting");
    stage.coordinator.tell(new Stop());
    assertThat(stage.finished().outcome()).isEqualTo(Outcome.STOPPED);
    stage.coordinator.tell(new Stop());
    assertThat(stage.status().phase()).isEqualTo("done");
  }

  @Test
  void aRunThatFailsWhileItStopsIsStopped() throws Exception {
    running();
    stage.coordinator.tell(new Stop());
    stage.idle(Role.TRAINER, stage.trainer, "bad luck");
    assertThat(stage.finished().outcome()).isEqualTo(Outcome.STOPPED);
  }
}
