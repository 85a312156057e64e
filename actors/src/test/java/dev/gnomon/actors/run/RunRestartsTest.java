package dev.gnomon.actors.run;

import static dev.gnomon.actors.run.RunStage.lineage;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.gnomon.actors.run.RunSummary.Outcome;
import dev.gnomon.protocol.ActorStatus;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Start;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a run survives actors that fail and start again. */
class RunRestartsTest {

  private final RunStage stage = new RunStage();

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void aTrainerThatRestartedTakesTheRunBackToTheNewestCheckpoint() {
    assertRollback(Role.TRAINER, stage.trainer, "trainer");
  }

  @Test
  void anAssignerThatRestartedTakesTheRunBackToo() {
    assertRollback(Role.ASSIGNER, stage.assigner, "assigner");
  }

  private void assertRollback(Role role, TestProbe<?> probe, String name) {
    stage.running();
    stage.steps(1, 0, 6);
    stage.written(1, 4);
    stage.files.recoveries.add(RunStage.from(4));
    stage.logged(
        "event=restart actor=%s .*cause=\"bad luck\" attempt=1/2 backoff=1s step=6 weights=4 lost=2"
            .formatted(name),
        () -> stage.idle(role, probe, "bad luck"));
    stage.await("running");
    stage.begin(2);
    assertThat(stage.status().step()).isEqualTo(4);
    stage.steps(2, 4, 5);
    stage.status();
    assertThat(stage.heard.steps).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 5L);
  }

  @Test
  void whatTheAbandonedLineageStillSaysChangesNothing() {
    stage.running();
    stage.steps(1, 0, 6);
    stage.files.recoveries.add(RunStage.from(4));
    stage.idle(Role.TRAINER, stage.trainer, "bad luck");
    stage.steps(1, 6, 8); // while it looks for the checkpoint
    stage.await("running");
    stage.steps(1, 8, 9);
    stage.written(1, 8);
    assertThat(stage.status().step()).isEqualTo(4);
    assertThat(stage.status().lineage()).isEqualTo(2);
  }

  @Test
  void anIdleThatCrossedWithItsBeginIsNoRestart() {
    stage.open().enter();
    stage.next(stage.trainer, Begin.class);
    stage.idle(Role.TRAINER, stage.trainer, "");
    stage.next(stage.trainer, Begin.class);
    stage.begun(1, Role.TRAINER, stage.trainer);
    stage.idle(Role.TRAINER, stage.trainer, ""); // late
    assertThat(stage.status().lineage()).isEqualTo(1);
    assertThat(stage.status().actors()).allMatch(actor -> actor.restarts() == 0);
  }

  @Test
  void aTrainerThatDoesNotBeginTheLineageItLostGetsANewOne() {
    stage.open().enter();
    stage.next(stage.trainer, Begin.class);
    stage.begun(1, Role.ASSIGNER, stage.assigner);
    stage.idle(Role.TRAINER, stage.trainer, "it lost lineage 1 before it said so");
    stage.await("running");
    assertThat(stage.next(stage.assigner, Begin.class).lineage()).isEqualTo(lineage(1));
    assertThat(stage.next(stage.assigner, Begin.class).lineage()).isEqualTo(lineage(2));
  }

  @Test
  void aTeacherThatRestartedJoinsTheLineageAgainAndNothingIsLost() {
    stage.running();
    stage.steps(1, 0, 14);
    stage.written(1, 4);
    stage.written(1, 8);
    stage.written(1, 12);
    stage.logged(
        "event=restart actor=teacher .*step=14 weights=13 lost=0",
        () -> stage.idle(Role.TEACHER, stage.teacher, "bad luck"));
    Begin again = stage.next(stage.teacher, Begin.class);
    assertThat(again.lineage()).isEqualTo(lineage(1));
    assertThat(again.start().step()).isEqualTo(13); // conditions of 14 come from version 13
    stage.begun(1, Role.TEACHER, stage.teacher);
    assertThat(stage.next(stage.teacher, Admit.class).below()).isEqualTo(16);
    assertThat(stage.status().step()).isEqualTo(14);
  }

  @Test
  void aTeacherJoinsAStageOneWhereItIs() {
    stage.running();
    stage.steps(1, 0, 6);
    stage.idle(Role.TEACHER, stage.teacher, "bad luck");
    assertThat(stage.next(stage.teacher, Begin.class).start().step()).isEqualTo(6);
  }

  @Test
  void aLoaderThatRestartedBeginsAgainWhereTheLineageStarted() {
    stage.running();
    stage.steps(1, 0, 3);
    stage.idle(Role.DATA, stage.loader, "bad luck");
    Begin again = stage.next(stage.loader, Begin.class);
    assertThat(again.lineage()).isEqualTo(lineage(1));
    assertThat(again.start()).isEqualTo(Start.fromScratch());
  }

  /** It says so at each tick, and a coordinator that stood still hears all of them at once. */
  @Test
  void aFailureThatIsToldManyTimesIsOne() {
    stage.running();
    Idle idle = stage.idle(Role.DATA, stage.loader, "the disk was slow");
    for (int i = 0; i < 6; i++) {
      stage.coordinator.tell(idle);
    }
    stage.begun(1, Role.DATA, stage.loader);
    stage.coordinator.tell(idle); // late
    assertThat(stage.status().phase()).isEqualTo("running");
    assertThat(stage.status().actors().stream().mapToInt(ActorStatus::restarts).sum()).isOne();
  }

  @Test
  void anActorThatNeverBeginsEndsTheRunWithTheCause() throws Exception {
    stage.open().enter();
    for (int i = 1; i <= 3; i++) {
      stage.next(stage.trainer, Begin.class);
      stage.begun(i, Role.ASSIGNER, stage.assigner);
      stage.idle(Role.TRAINER, stage.trainer, "there is no gpu0");
    }
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(summary.cause()).contains("trainer").contains("there is no gpu0");
  }

  @Test
  void anActorThatFailsTooOftenEndsTheRunWithTheCause() throws Exception {
    stage.running();
    for (int i = 0; i < 3; i++) {
      stage.idle(Role.DATA, stage.loader, "the disk is gone");
      stage.begun(1, Role.DATA, stage.loader);
    }
    RunSummary summary = stage.finished();
    assertThat(summary.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(summary.cause()).contains("loader").contains("the disk is gone");
    assertThat(summary.restarts()).isEqualTo(3);
    stage.next(stage.trainer, Halt.class);
    assertThat(stage.status().phase()).isEqualTo("done");
  }
}
