package dev.gnomon.actors.run;

import static dev.gnomon.actors.run.RunStage.lineage;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.receptionist.Receptionist;
import dev.gnomon.actors.node.Services;
import dev.gnomon.actors.run.RunSummary.Outcome;
import dev.gnomon.protocol.ActorStatus;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.CheckpointAt;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.NewestFound;
import dev.gnomon.protocol.NewestRequest;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.SkippedCheckpoint;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.StepDone;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.TrainerMessage;
import dev.gnomon.protocol.Waiting;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a run begins, goes on step by step, and survives those who work on it. */
class RunCoordinatorTest {

  private final RunStage stage = new RunStage();

  @AfterEach
  void close() {
    stage.close();
  }

  private void running(String... sets) {
    stage.open(sets).enter().begin(1);
  }

  @Test
  void waitsForEveryRequiredSeatAndSaysForWhich() {
    stage.open();
    stage
        .kit
        .system()
        .receptionist()
        .tell(Receptionist.register(Services.TRAINER, stage.trainer.ref()));
    assertThat(stage.status().phase()).isIn("recovering", "waiting");
    stage.logged("event=waiting actor=coordinator for=assigner step=0", stage::tick);
    stage.none(stage.trainer, Begin.class);
    stage.enterCheckpointer().await("waiting");
    stage.enter();
    assertThat(stage.next(stage.trainer, Begin.class).start()).isEqualTo(Start.fromScratch());
    assertThat(stage.status().phase()).isEqualTo("running");
  }

  @Test
  void repeatsBeginUntilItIsAnswered() {
    stage.open().enter();
    stage.next(stage.teacher, Begin.class);
    stage.tick();
    stage.next(stage.teacher, Begin.class);
    stage.begun(1, Role.TEACHER, stage.teacher);
    stage.none(stage.teacher, Begin.class);
    stage.tick();
    stage.none(stage.teacher, Begin.class);
  }

  @Test
  void admitsNothingBeforeTrainerAndAssignerHaveBegun() {
    stage.open().enter();
    stage.next(stage.trainer, Begin.class);
    stage.begun(1, Role.TRAINER, stage.trainer);
    stage.none(stage.trainer, Admit.class);
    stage.begun(1, Role.ASSIGNER, stage.assigner);
    assertThat(stage.next(stage.trainer, Admit.class)).isEqualTo(new Admit(lineage(1), 2));
    assertThat(stage.next(stage.teacher, Admit.class)).isEqualTo(new Admit(lineage(1), 2));
  }

  @Test
  void admitsWhatTheScheduleAllowsOnceTrainerAndAssignerHaveDoneAStep() {
    running();
    assertThat(stage.next(stage.trainer, Admit.class).below()).isEqualTo(2);
    stage.trained(1, 0);
    assertThat(stage.next(stage.trainer, Admit.class).below()).isEqualTo(2);
    stage.clustered(1, 0);
    assertThat(stage.next(stage.trainer, Admit.class).below()).isEqualTo(3);
  }

  @Test
  void tellsWhereToCutBeforeTheStepThereIsAdmitted() {
    running();
    assertThat(stage.next(stage.trainer, CheckpointAt.class).step()).isEqualTo(4);
    stage.steps(1, 0, 2);
    assertThat(stage.next(stage.trainer, CheckpointAt.class).step()).isEqualTo(4);
    assertThat(stage.next(stage.trainer, Admit.class).below()).isEqualTo(4);
    stage.steps(1, 2, 4);
    assertThat(stage.next(stage.trainer, CheckpointAt.class).step()).isEqualTo(8);
  }

  @Test
  void reportsEachStepOnceAndInOrderWhateverIsDoubledLateOrLost() {
    running();
    stage.trained(1, 0);
    stage.trained(1, 0);
    stage.clustered(1, 0);
    stage.trained(1, 2); // that of step 1 was lost
    stage.clustered(1, 2);
    stage.trained(1, 1);
    stage.clustered(1, 0);
    stage.status();
    assertThat(stage.heard.steps).containsExactly(1L, 2L, 3L);
    assertThat(stage.files.kept).containsExactly("step 1", "step 2", "step 3");
    assertThat(stage.status().step()).isEqualTo(3);
    assertThat(stage.status().measures()).containsKeys("loss", "nmi");
  }

  @Test
  void aDiskThatIsFullLosesALineOfMetricsAndNoStep() {
    running();
    stage.files.full = true;
    stage.logged(
        "event=not-kept what=\"the measures of step 1\".*no space left",
        () -> stage.steps(1, 0, 1));
    assertThat(stage.heard.steps).containsExactly(1L);
  }

  @Test
  void dropsAndCountsWhatAnotherLineageSays() {
    running();
    stage.coordinator.tell(new StepDone(lineage(0), Role.TRAINER, 7, Map.of()));
    stage.written(2, 8);
    stage.logged("event=dropped actor=coordinator messages=2", stage::tick);
    assertThat(stage.status().step()).isZero();
    stage.written(2, 8);
    stage.working(0, Role.TRAINER, stage.trainer, "late", List.of(), 3); // counts for nothing
    stage.tick();
    assertThat(stage.heard.events.stream().filter(line -> line.contains("event=dropped")))
        .hasSize(1); // the second is said later, with those to come
  }

  @Test
  void saysWhenStageTwoBegins() {
    running();
    stage.logged("event=stage-two step=10", () -> stage.steps(1, 0, 10));
  }

  @Test
  void withoutATeacherTheTrainerAloneCounts() {
    stage.open("gnomon.condition.source=none").enter();
    stage.next(stage.trainer, Begin.class);
    stage.begun(1, Role.TRAINER, stage.trainer);
    stage.trained(1, 0);
    stage.status();
    assertThat(stage.heard.steps).containsExactly(1L);
    stage.none(stage.teacher, Begin.class);
    stage.none(stage.assigner, Begin.class);
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
    running();
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
    running();
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
    running();
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
    running();
    stage.steps(1, 0, 6);
    stage.idle(Role.TEACHER, stage.teacher, "bad luck");
    assertThat(stage.next(stage.teacher, Begin.class).start().step()).isEqualTo(6);
  }

  @Test
  void aLoaderThatRestartedBeginsAgainWhereTheLineageStarted() {
    running();
    stage.steps(1, 0, 3);
    stage.idle(Role.DATA, stage.loader, "bad luck");
    Begin again = stage.next(stage.loader, Begin.class);
    assertThat(again.lineage()).isEqualTo(lineage(1));
    assertThat(again.start()).isEqualTo(Start.fromScratch());
  }

  /** It says so at each tick, and a coordinator that stood still hears all of them at once. */
  @Test
  void aFailureThatIsToldManyTimesIsOne() {
    running();
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
    running();
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

  @Test
  void whoComesLateIsWiredInAndWhoLeavesIsWiredOut() {
    running();
    TestProbe<TeacherMessage> second = stage.kit.createTestProbe("second");
    stage.logged(
        "event=joined actor=teacher there=2",
        () ->
            stage
                .kit
                .system()
                .receptionist()
                .tell(Receptionist.register(Services.TEACHER, second.ref())));
    Begin rewired = stage.next(stage.trainer, Begin.class);
    assertThat(rewired.lineage()).isEqualTo(lineage(1));
    assertThat(rewired.wiring().teachers()).containsExactly(stage.teacher.ref(), second.ref());
    assertThat(stage.next(second, Begin.class).lineage()).isEqualTo(lineage(1));
    stage.logged("event=lost actor=teacher there=1 .*lost=0", second::stop);
    stage.begun(1, Role.TRAINER, stage.trainer);
    assertThat(stage.next(stage.assigner, Begin.class).wiring().teachers()).hasSize(2);
    assertThat(stage.next(stage.assigner, Begin.class).wiring().teachers())
        .containsExactly(stage.teacher.ref());
  }

  @Test
  void aSecondTrainerStandsByUntilTheFirstIsLost() {
    running();
    TestProbe<TrainerMessage> second = stage.kit.createTestProbe("second");
    stage.kit.system().receptionist().tell(Receptionist.register(Services.TRAINER, second.ref()));
    stage.idle(Role.TRAINER, second, "");
    stage.none(second, Begin.class);
    stage.steps(1, 0, 6);
    stage.files.recoveries.add(RunStage.from(4));
    stage.trainer.stop();
    Begin begin = stage.next(second, Begin.class);
    assertThat(begin.lineage()).isEqualTo(lineage(2));
    assertThat(begin.start().step()).isEqualTo(4);
  }

  @Test
  void aTrainerThatIsLostIsWaitedFor() {
    running();
    stage.steps(1, 0, 6);
    stage.written(1, 4);
    stage.files.recoveries.add(RunStage.from(4));
    stage.logged(
        "event=lost actor=trainer there=0 step=6 node=local weights=4 lost=2", stage.trainer::stop);
    stage.await("waiting");
    stage.logged(
        "event=waiting actor=coordinator for=trainer step=4 since=\\S+ reason=\"it was lost\"",
        stage::tick);
    assertThat(stage.status().waits())
        .anyMatch(wait -> wait.actor().equals("coordinator") && wait.forWhat().equals("trainer"));
  }

  @Test
  void aTeacherThatIsLostWhileTheRunGoesOnIsWaitedForAndThatIsSaid() {
    running();
    stage.logged("event=lost actor=teacher there=0", stage.teacher::stop);
    stage.logged(
        "event=waiting actor=coordinator for=teacher .*reason=\"it was lost\"", stage::tick);
    assertThat(stage.status().phase()).isEqualTo("running");
    assertThat(stage.status().waits()).anyMatch(wait -> wait.forWhat().equals("teacher"));
    TestProbe<TeacherMessage> second = stage.kit.createTestProbe("second");
    stage.kit.system().receptionist().tell(Receptionist.register(Services.TEACHER, second.ref()));
    assertThat(stage.next(second, Begin.class).lineage()).isEqualTo(lineage(1));
    stage.logged("event=wait-over actor=coordinator for=teacher", stage::tick);
    assertThat(stage.status().waits()).isEmpty();
  }

  @Test
  void aWaitIsSeenInTheStatusAtOnceAndALineWhenItLasts() {
    running("gnomon.deadlines.waiting=50ms");
    String trainer = stage.path(stage.trainer);
    Waiting waiting = new Waiting(lineage(1), Role.TRAINER, trainer, "batch 3", 3);
    stage.coordinator.tell(waiting);
    assertThat(stage.status().actors())
        .anyMatch(actor -> actor.state().equals("waiting for batch 3"));
    assertThat(stage.status().waits())
        .anyMatch(wait -> wait.actor().equals(trainer) && wait.forWhat().equals("batch 3"));
    stage.logged(
        "event=waiting actor=trainer for=\"batch 3\" step=3 since=\\S+ node=local",
        () -> {
          pause(100);
          stage.coordinator.tell(waiting);
        });
    stage.logged(
        "event=wait-over actor=trainer for=\"batch 3\" step=3 took=\\S+s node=local",
        () -> stage.working(1, Role.TRAINER, stage.trainer, "training", List.of(), 3));
    assertThat(stage.heard.events.stream().filter(line -> line.contains("batch 3"))).hasSize(2);
    assertThat(stage.status().waits()).isEmpty();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void checkpointsThatAreSkippedAreToldWithTheReason() {
    stage.files.recoveries.add(
        new Recovery(
            0,
            Start.fromScratch(),
            "",
            List.of(new SkippedCheckpoint("step-8", "trunk.safetensors is cut short")),
            Map.of()));
    stage.logged(
        "event=checkpoint-skipped checkpoint=step-8 reason=\"trunk.safetensors is cut short\"",
        () -> stage.open().enterCheckpointer());
  }

  @Test
  void aDirectoryThatCanNotBeUsedIsTriedAgainAndThenTheRunFails() throws Exception {
    stage.files.gone = true;
    stage.logged(
        "event=recovery-failed .*no such directory.* attempt=1/2",
        () -> stage.open().enterCheckpointer());
    stage.logged("attempt=2/2 backoff=2s", () -> pass(1));
    stage.logged("event=over outcome=failed", () -> pass(2));
    assertThat(stage.finished().cause()).contains("no such directory");
  }

  @Test
  void aStoreThatCanNotBeReadIsAskedAgainAndThenTheRunFails() throws Exception {
    stage.store.broken = true;
    stage.logged(
        "event=recovery-failed .*not permitted.* attempt=1/2",
        () -> stage.open().enterCheckpointer());
    stage.logged("attempt=2/2 backoff=2s", () -> pass(1));
    stage.store.broken = false;
    pass(2);
    stage.await("waiting");
  }

  @Test
  void aStoreIsAskedUntilItAnswersAndALateAnswerChangesNothing() throws Exception {
    stage.store.silent = true;
    stage.open().enterCheckpointer();
    NewestRequest first = stage.store.asked.poll(5, TimeUnit.SECONDS);
    assertThat(first.ended()).isZero();
    stage.logged(
        "event=waiting actor=coordinator for=\"the newest checkpoint\" step=0", stage::tick);
    assertThat(stage.store.asked.poll(5, TimeUnit.SECONDS)).isEqualTo(first);
    stage.coordinator.tell(
        new NewestFound(first.question() + 1, "", 0, Start.fromScratch(), "", List.of()));
    assertThat(stage.status().phase()).isEqualTo("recovering");
    stage.coordinator.tell(stage.found(first));
    stage.coordinator.tell(stage.found(first));
    stage.await("waiting");
    assertThat(stage.status().lineage()).isEqualTo(1);
  }

  @Test
  void aStoreIsToldWhichLineageIsOver() throws Exception {
    running();
    stage.store.asked.clear();
    stage.idle(Role.TRAINER, stage.trainer, "bad luck");
    assertThat(stage.store.asked.poll(5, TimeUnit.SECONDS).ended()).isEqualTo(1);
  }

  @Test
  void aRunKeepsTheNameThatItHasInTheStore() {
    stage.store.run = "shapes-1";
    stage.open().enterCheckpointer().await("waiting");
    assertThat(stage.status().run()).isEqualTo("shapes-1");
  }

  @Test
  void aStoreThatHasLostWhatWasWrittenIsALineAndTheRunGoesOnFromWhatThereIs() {
    running();
    stage.steps(1, 0, 9);
    stage.written(1, 8);
    stage.files.recoveries.add(RunStage.from(4));
    stage.logged(
        "event=checkpoints-lost had=8 found=4",
        () -> stage.idle(Role.TRAINER, stage.trainer, "bad luck"));
    stage.begin(2);
    assertThat(stage.status().step()).isEqualTo(4);
  }

  private void pass(int seconds) {
    stage.status();
    stage.time.timePasses(java.time.Duration.ofSeconds(seconds));
  }

  @Test
  void aCheckpointOfMoreStepsThanTheRunHasIsRefused() throws Exception {
    stage.files.recoveries.add(RunStage.from(24));
    stage.open().enter();
    assertThat(stage.finished().cause()).contains("24 steps, more than gnomon.steps = 20");
  }

  @Test
  void aCoordinatorThatRestartedFindsTheRunAsItWas() {
    running();
    stage.steps(1, 0, 6);
    stage.status();
    stage.files.recoveries.add(RunStage.from(4));
    stage.heard.broken = true;
    stage.steps(1, 6, 7);
    stage.begin(2);
    assertThat(stage.status().step()).isEqualTo(4);
    stage.steps(2, 4, 5);
    assertThat(stage.status().step()).isEqualTo(5);
  }
}
