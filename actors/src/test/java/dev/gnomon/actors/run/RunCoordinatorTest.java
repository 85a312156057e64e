package dev.gnomon.actors.run;

import static dev.gnomon.actors.run.RunStage.lineage;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.receptionist.Receptionist;
import dev.gnomon.actors.node.Services;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.CheckpointAt;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.StepDone;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.TrainerMessage;
import dev.gnomon.protocol.Waiting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a run begins, goes on step by step, and waits for those who work on it. */
class RunCoordinatorTest {

  private final RunStage stage = new RunStage();

  @AfterEach
  void close() {
    stage.close();
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
    stage.running();
    assertThat(stage.next(stage.trainer, Admit.class).below()).isEqualTo(2);
    stage.trained(1, 0);
    assertThat(stage.next(stage.trainer, Admit.class).below()).isEqualTo(2);
    stage.clustered(1, 0);
    assertThat(stage.next(stage.trainer, Admit.class).below()).isEqualTo(3);
  }

  @Test
  void tellsWhereToCutBeforeTheStepThereIsAdmitted() {
    stage.running();
    assertThat(stage.next(stage.trainer, CheckpointAt.class).step()).isEqualTo(4);
    stage.steps(1, 0, 2);
    assertThat(stage.next(stage.trainer, CheckpointAt.class).step()).isEqualTo(4);
    assertThat(stage.next(stage.trainer, Admit.class).below()).isEqualTo(4);
    stage.steps(1, 2, 4);
    assertThat(stage.next(stage.trainer, CheckpointAt.class).step()).isEqualTo(8);
  }

  @Test
  void reportsEachStepOnceAndInOrderWhateverIsDoubledLateOrLost() {
    stage.running();
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
    stage.running();
    stage.files.full = true;
    stage.logged(
        "event=not-kept what=\"the measures of step 1\".*no space left",
        () -> stage.steps(1, 0, 1));
    assertThat(stage.heard.steps).containsExactly(1L);
  }

  @Test
  void dropsAndCountsWhatAnotherLineageSays() {
    stage.running();
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
    stage.running();
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
  void whoComesLateIsWiredInAndWhoLeavesIsWiredOut() {
    stage.running();
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
    stage.running();
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
    stage.running();
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
    stage.running();
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
    stage.running("gnomon.deadlines.waiting=50ms");
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
}
