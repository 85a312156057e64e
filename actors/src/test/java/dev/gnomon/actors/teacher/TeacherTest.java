package dev.gnomon.actors.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.BatchRequest;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.FeaturesRequest;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.WeightsPublished;
import dev.gnomon.protocol.WeightsRequest;
import dev.gnomon.protocol.Working;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The teacher, alone or among two, from phase to phase and from step to step. */
class TeacherTest extends TeacherStage {

  // Phases: idle, begun, halted.

  @Test
  void saysAtEachTickThatItIsIdle() {
    spawn();

    for (int tick = 0; tick < 3; tick++) {
      assertThat(stage.coordinator.expectMessageClass(Idle.class).role()).isEqualTo(Role.TEACHER);
      stage.tick();
    }
  }

  @Test
  void restsInStageOne() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());

    teacher.tell(new Admit(FIRST, 4));

    stage.loader.expectNoMessage();
  }

  @Test
  void haltedTeacherDoesNothingUntilANewerLineage() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    teacher.tell(new Halt(FIRST));

    teacher.tell(new Admit(FIRST, 9));
    stage.tick();

    stage.loader.expectNoMessage();
    teacher.tell(begin(SECOND, teacher, List.of()));
    assertThat(stage.coordinator.expectMessageClass(Begun.class).lineage()).isEqualTo(SECOND);
  }

  // Steps.

  @Test
  void makesFeaturesOfItsStepsInOrderByTheirVersion() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    publish(teacher, 4);

    teacher.tell(new Admit(FIRST, 9));
    teacher.tell(batch(5));
    teacher.tell(batch(4));
    teacher.tell(batch(6));

    for (long step = 4; step < 7; step++) {
      expectFeatures(step);
    }
  }

  @Test
  void asksForTheBatchesOfItsNextStepsAlone() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());

    teacher.tell(new Admit(FIRST, 9));

    for (long step = 4; step < 7; step++) {
      assertThat(stage.loader.expectMessageClass(BatchRequest.class).step()).isEqualTo(step);
    }
    stage.loader.expectNoMessage();
  }

  @Test
  void waitsForTheVersionOfTheStepWhateverElseIsThere() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    publish(teacher, 4);
    teacher.tell(new Admit(FIRST, 13));
    makeSteps(teacher, 8, 12); // of the steps before, all are done

    teacher.tell(batch(12));
    assertThat(stage.trainer.expectMessageClass(WeightsRequest.class).version()).isEqualTo(8);
    stage.assigner.expectNoMessage();
    publish(teacher, 8);

    assertThat(expectFeatures(12).version()).isEqualTo(8);
  }

  @Test
  void sharesStepsWithAnotherTeacher() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of(stage.teacher.getRef()));
    publish(teacher, 4);

    teacher.tell(new Admit(FIRST, 9));

    for (long step : List.of(5L, 7L)) {
      assertThat(stage.loader.expectMessageClass(BatchRequest.class).step()).isEqualTo(step);
      teacher.tell(batch(step));
      expectFeatures(step);
    }
    stage.loader.expectNoMessage();
  }

  @Test
  void takesTheStepsOfATeacherThatIsLost() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of(stage.teacher.getRef()));
    publish(teacher, 4);
    teacher.tell(new Admit(FIRST, 9));
    makeSteps(teacher, 5, 6);

    teacher.tell(begin(FIRST, teacher, List.of()));

    for (long step : List.of(4L, 6L, 7L, 8L)) {
      teacher.tell(batch(step));
      expectFeatures(step);
    }
  }

  @Test
  void joinsLateWithoutMakingWhatIsDone() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());

    teacher.tell(new Admit(FIRST, 14)); // so 9 steps are done

    assertThat(stage.loader.expectMessageClass(BatchRequest.class).step()).isEqualTo(9);
  }

  @Test
  void leavesOutStepsWhoseConditionsAreInTheCheckpoint() {
    ActorRef<TeacherMessage> teacher = spawn();
    stage.coordinator.expectMessageClass(Idle.class);
    Begin begin = stage.begin(SECOND, 8);
    teacher.tell(new Begin(SECOND, begin.start(), wiring(teacher, List.of())));
    stage.coordinator.expectMessageClass(Begun.class);

    teacher.tell(new Admit(SECOND, 13));

    assertThat(stage.loader.expectMessageClass(BatchRequest.class).step()).isEqualTo(12);
    stage.loader.expectNoMessage();
  }

  @Test
  void answersWhileItsLaneWorks() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    publish(teacher, 4);
    teacher.tell(new Admit(FIRST, 9));
    makeSteps(teacher, 4, 5);
    gate.hold();
    teacher.tell(batch(5));

    teacher.tell(new FeaturesRequest(FIRST, 4));

    expectFeatures(4);
    gate.release();
    expectFeatures(5);
  }

  @Test
  void saysAtEachTickWhatItIsDoing() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    publish(teacher, 4);
    teacher.tell(new Admit(FIRST, 9));
    makeSteps(teacher, 4, 5);
    gate.hold();
    teacher.tell(batch(5));
    teacher.tell(batch(6));

    stage.tick();

    assertThat(stage.gauges.receiveMessage())
        .isEqualTo(
            new Working(
                FIRST,
                Role.TEACHER,
                teacher.path().toString(),
                "looking",
                List.of(),
                5,
                4,
                Map.of("batches", 2L, "steps", 4L)));
    gate.release();
    gate.release();
    expectFeatures(5);
    expectFeatures(6);
    stage.tick();
    assertThat(stage.gauges.receiveMessage())
        .matches(said -> said.doing().equals("resting") && said.queued().get("steps") == 2)
        .matches(said -> said.waitsFor().contains("batch 7"));
  }

  // Lineages and failures.

  @Test
  void newerLineageIgnoresWhatTheLaneStillDoesForTheOlder() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    publish(teacher, 4);
    teacher.tell(new Admit(FIRST, 9));
    makeSteps(teacher, 4, 5);
    gate.hold();
    teacher.tell(batch(5));

    teacher.tell(begin(SECOND, teacher, List.of()));
    gate.release();

    assertThat(stage.coordinator.expectMessageClass(Begun.class).lineage()).isEqualTo(SECOND);
    stage.assigner.expectNoMessage();
  }

  @Test
  void messagesOfAnOlderLineageAreDroppedAndCounted() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    teacher.tell(begin(SECOND, teacher, List.of()));
    stage.coordinator.expectMessageClass(Begun.class);

    teacher.tell(new Admit(FIRST, 9));
    teacher.tell(new FeaturesRequest(FIRST, 5));
    teacher.tell(new WeightsPublished(FIRST, 4, "registry", ""));
    teacher.tell(batch(4));

    stage.loader.expectNoMessage();
    stage.expectDropped(Role.TEACHER, 4);
  }

  @Test
  void failureIsLoggedAndTheNextLifeJoinsTheSameLineage() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    publish(teacher, 4);
    teacher.tell(new Admit(FIRST, 9));
    makeSteps(teacher, 4, 5);
    gate.failNext(new IllegalStateException("device on fire"));

    stage.expectFailure(
        Role.TEACHER,
        "step=5 failures=1 cause=\"IllegalStateException: device on fire\"",
        () -> teacher.tell(batch(5)));
    assertThat(stage.coordinator.expectMessageClass(Idle.class).cause())
        .isEqualTo("IllegalStateException: device on fire");

    teacher.tell(begin(FIRST, teacher, List.of()));
    stage.coordinator.expectMessageClass(Begun.class);
    teacher.tell(new Admit(FIRST, 10)); // so 5 steps are done
    teacher.tell(batch(5));
    publish(teacher, 4);
    expectFeatures(5);
  }
}
