package dev.gnomon.actors.run;

import static dev.gnomon.actors.run.RunStage.lineage;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.receptionist.Receptionist;
import dev.gnomon.actors.node.Services;
import dev.gnomon.protocol.ActorStatus;
import dev.gnomon.protocol.Change;
import dev.gnomon.protocol.CheckpointNow;
import dev.gnomon.protocol.Continue;
import dev.gnomon.protocol.EvaluateNow;
import dev.gnomon.protocol.OperatorAnswer;
import dev.gnomon.protocol.Pause;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.RunStatus;
import dev.gnomon.protocol.Scored;
import dev.gnomon.protocol.Stop;
import dev.gnomon.protocol.TrainerMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators see of a run, what they may want of it, and what they are told. */
class OperatorTest {

  private final RunStage stage = new RunStage();

  @AfterEach
  void close() {
    stage.close();
  }

  private ActorStatus of(RunStatus status, TestProbe<?> probe) {
    return status.actors().stream()
        .filter(actor -> actor.actor().equals(stage.path(probe)))
        .findFirst()
        .orElseThrow();
  }

  // What they see.

  @Test
  void theStatusHoldsAllThatTheCoordinatorKnows() {
    stage.running();
    stage.steps(1, 0, 14);
    stage.written(1, 8);
    stage.working(1, Role.TRAINER, stage.trainer, "training", List.of(), 14);
    stage.working(1, Role.TEACHER, stage.teacher, "looking", List.of("batch 15"), 15);
    RunStatus status = stage.status();
    assertThat(status.phase()).isEqualTo("running");
    assertThat(status.lineage()).isEqualTo(1);
    assertThat(status.step()).isEqualTo(14);
    assertThat(status.steps()).isEqualTo(20);
    assertThat(status.coordinator()).isEqualTo("local");
    assertThat(status.versions().boundary()).isEqualTo(10);
    assertThat(status.versions().admitted()).isEqualTo(15); // two are being written
    assertThat(status.versions().version()).isEqualTo(13);
    assertThat(status.versions().maxStaleness()).isEqualTo(1);
    assertThat(status.checkpoints().newest()).isEqualTo(8);
    assertThat(status.checkpoints().writing()).containsExactly(4L, 12L);
    assertThat(status.checkpoints().scoring()).isEqualTo(8);
    assertThat(of(status, stage.trainer))
        .isEqualTo(
            new ActorStatus(
                Role.TRAINER,
                stage.path(stage.trainer),
                "training",
                0,
                14,
                true,
                5,
                Map.of("batches", 2L)));
    assertThat(of(status, stage.teacher).state()).isEqualTo("waiting for batch 15");
    assertThat(of(status, stage.loader).begun()).isTrue();
  }

  @Test
  void rightAfterARestartTheStatusSaysWhoAndHowOftenAndWhereTheRunGoesOn() {
    stage.running();
    stage.steps(1, 0, 6);
    stage.written(1, 4);
    stage.working(1, Role.TRAINER, stage.trainer, "training", List.of(), 6);
    stage.files.recoveries.add(RunStage.from(4));
    stage.idle(Role.TRAINER, stage.trainer, "bad luck");
    stage.await("running");
    RunStatus status = stage.status();
    assertThat(status.lineage()).isEqualTo(2);
    assertThat(status.step()).isEqualTo(4);
    assertThat(status.restarts()).isEqualTo(1);
    assertThat(status.checkpoints().newest()).isEqualTo(4);
    ActorStatus trainer = of(status, stage.trainer);
    assertThat(trainer.restarts()).isEqualTo(1);
    assertThat(trainer.begun()).isFalse();
    assertThat(trainer.state()).isEqualTo("idle");
    assertThat(trainer.step()).isZero();
    assertThat(trainer.version()).isEqualTo(-1);
    assertThat(trainer.queued()).isEmpty();
    assertThat(of(status, stage.teacher).restarts()).isZero();
    stage.begin(2);
    assertThat(of(stage.status(), stage.trainer).begun()).isTrue();
    stage.working(1, Role.TRAINER, stage.trainer, "late, of the first lineage", List.of(), 9);
    assertThat(of(stage.status(), stage.trainer).state()).isEqualTo("working");
  }

  @Test
  void anActorThatRestartedAloneIsSeenUntilItWorksAgain() {
    stage.running();
    stage.idle(Role.TEACHER, stage.teacher, "bad luck");
    ActorStatus teacher = of(stage.status(), stage.teacher);
    assertThat(teacher.state()).isEqualTo("restarted");
    assertThat(teacher.restarts()).isEqualTo(1);
    assertThat(teacher.begun()).isFalse();
  }

  @Test
  void whoStandsByIsSeenToo() {
    stage.running();
    TestProbe<TrainerMessage> second = stage.kit.createTestProbe("second");
    stage.kit.system().receptionist().tell(Receptionist.register(Services.TRAINER, second.ref()));
    stage
        .kit
        .createTestProbe()
        .awaitAssert(
            () -> {
              assertThat(of(stage.status(), second).state()).isEqualTo(ActorStatus.STANDBY);
              return null;
            });
    assertThat(of(stage.status(), stage.trainer).begun()).isTrue();
  }

  // What they want.

  @Test
  void aPauseIsAnsweredWithTheStepThatNoMoreStarts() {
    stage.running();
    assertThat(stage.wish(new Continue())).isEqualTo(new OperatorAnswer(true, "it was not paused"));
    assertThat(stage.wish(new Pause()))
        .isEqualTo(new OperatorAnswer(true, "paused: no step from 2 on starts"));
    stage.steps(1, 0, 2);
    assertThat(stage.status().versions().admitted()).isEqualTo(2);
    assertThat(stage.wish(new Continue()))
        .isEqualTo(new OperatorAnswer(true, "continued at step 2"));
    assertThat(stage.status().versions().admitted()).isEqualTo(4);
  }

  @Test
  void aCheckpointIsAnsweredWithItsStep() {
    stage.running();
    assertThat(stage.wish(new CheckpointNow()).words()).isEqualTo("a checkpoint is cut at step 3");
    stage.steps(1, 0, 20);
    stage.written(1, 20);
    assertThat(stage.wish(new CheckpointNow()).words())
        .isEqualTo("the checkpoint of step 20 is there already");
  }

  @Test
  void anEvaluationIsAnsweredWithWhatIsScored() {
    stage.running();
    assertThat(stage.wish(new EvaluateNow()))
        .isEqualTo(new OperatorAnswer(false, "there is no checkpoint yet"));
    stage.steps(1, 0, 5);
    stage.written(1, 4);
    assertThat(stage.wish(new EvaluateNow()))
        .isEqualTo(new OperatorAnswer(true, "the checkpoint of step 4 is being scored"));
    stage.coordinator.tell(new Scored(lineage(1), 4, Map.of("fd", 1.0), List.of()));
    assertThat(stage.wish(new EvaluateNow()))
        .isEqualTo(
            new OperatorAnswer(false, "the newest checkpoint, of step 4, is scored already"));
  }

  @Test
  void aStopIsAnsweredWithTheLastStepAndNothingMayHoldItUp() {
    stage.running();
    stage.steps(1, 0, 5);
    String words = "the run ends after its checkpoint of step 8";
    assertThat(stage.wish(new Stop())).isEqualTo(new OperatorAnswer(true, words));
    assertThat(stage.wish(new Stop())).isEqualTo(new OperatorAnswer(true, words));
    assertThat(stage.wish(new Pause()).granted()).isFalse();
    assertThat(stage.status().phase()).isEqualTo("stopping");
  }

  @Test
  void whileNobodyWorksACheckpointIsRefusedAndAfterTheEndEverything() throws Exception {
    stage.open().enterCheckpointer().await("waiting");
    assertThat(stage.wish(new CheckpointNow()).words()).startsWith("nobody is at work yet");
    assertThat(stage.wish(new Stop()).granted()).isTrue();
    stage.finished();
    assertThat(stage.wish(new Pause())).isEqualTo(new OperatorAnswer(false, "the run is over"));
  }

  @Test
  void aPauseOutlivesTheCoordinatorsOwnFailureAndARollback() {
    stage.running();
    stage.steps(1, 0, 4);
    stage.wish(new Pause());
    stage.files.recoveries.add(RunStage.from(4));
    stage.heard.broken = true;
    stage.steps(1, 4, 5);
    stage.begin(2);
    assertThat(stage.status().phase()).isEqualTo("paused");
    assertThat(stage.status().versions().admitted()).isZero(); // it has 4 steps
    stage.wish(new Continue());
    assertThat(stage.status().versions().admitted()).isEqualTo(6);
  }

  @Test
  void aKeyThatIsSetActsFromNowOnIsKeptAndOutlivesTheCoordinatorsOwnFailure() {
    stage.running("gnomon.checkpoint.every=16", "gnomon.evaluate.every=16");
    stage.steps(1, 0, 1);
    stage.logged(
        "event=set key=gnomon.checkpoint.every value=\"5 .was 16.\" step=1",
        () ->
            assertThat(
                    stage.wish(
                        new Change(
                            List.of("gnomon.checkpoint.every=5", "gnomon.evaluate.every=10"))))
                .isEqualTo(
                    new OperatorAnswer(
                        true,
                        "gnomon.checkpoint.every = 5 (was 16), gnomon.evaluate.every = 10 (was 16)")));
    assertThat(stage.files.kept).contains("every 5");
    stage.steps(1, 1, 7);
    assertThat(stage.status().checkpoints().writing()).containsExactly(5L);
    stage.heard.broken = true;
    stage.steps(1, 7, 8);
    stage.begin(2);
    stage.steps(2, 0, 6);
    assertThat(stage.status().checkpoints().writing()).containsExactly(5L);
  }

  @Test
  void aKeyThatMayNotChangeIsRefusedWithTheReasonAndNothingChanges() {
    stage.running();
    assertRefused("gnomon.seed=7", "the run's numbers depend on it");
    assertRefused("gnomon.evaluate.samples=64", "is read when a process starts");
    assertRefused("akka.loglevel=DEBUG", "is read when a process starts");
    assertRefused("gnomon.checkpoint.evry=2", "did you mean gnomon.checkpoint.every?");
    assertRefused("gnomon.checkpoint.every=none", "expected a whole number of at least 1");
    assertRefused("gnomon.checkpoint.every=3", "gnomon.evaluate.every: is 8, expected a multiple");
    assertRefused("gnomon.checkpoint.every", "expected key=value");
    assertRefused("include \"x\"=1", "expected key=value");
    OperatorAnswer mixed =
        stage.wish(new Change(List.of("gnomon.checkpoint.every=2", "gnomon.seed=7")));
    assertThat(mixed.granted()).isFalse();
    assertThat(stage.wish(new Change(List.of("gnomon.checkpoint.every=4"))).words())
        .isEqualTo("nothing changed: it was so already");
  }

  private void assertRefused(String set, String why) {
    OperatorAnswer answer = stage.wish(new Change(List.of(set)));
    assertThat(answer.granted()).as(answer.words()).isFalse();
    assertThat(answer.words()).contains(why);
  }

  @Test
  void moreRestartsCanBeAllowed() {
    stage.running();
    for (int i = 0; i < 2; i++) {
      stage.idle(Role.DATA, stage.loader, "bad luck");
      stage.begun(1, Role.DATA, stage.loader);
    }
    stage.wish(new Change(List.of("gnomon.restart.attempts=4")));
    stage.logged(
        "event=restart actor=loader .*attempt=3/4",
        () -> stage.idle(Role.DATA, stage.loader, "bad luck"));
    assertThat(stage.status().phase()).isEqualTo("running");
  }

  @Test
  void aFullDiskDoesNotUndoAChangeAndTheOperatorHearsOfIt() {
    stage.running();
    stage.files.full = true;
    OperatorAnswer answer = stage.wish(new Change(List.of("gnomon.deadlines.waiting=10s")));
    assertThat(answer.granted()).isTrue();
    assertThat(answer.words()).contains("10s (was 30s); but it could not be kept");
  }
}
