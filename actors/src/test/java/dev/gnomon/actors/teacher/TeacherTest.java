package dev.gnomon.actors.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import dev.gnomon.actors.Translation;
import dev.gnomon.actors.stage.Gate;
import dev.gnomon.actors.stage.MadeUpImages;
import dev.gnomon.actors.stage.MadeUpSequence;
import dev.gnomon.actors.stage.MadeUpTeacher;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.actors.transfer.InThisJvm;
import dev.gnomon.model.checkpoint.WeightRegistry;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.model.training.VersionSchedule;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.Batch;
import dev.gnomon.protocol.BatchRequest;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.FeaturesRequest;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.TeacherFeatures;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.Waiting;
import dev.gnomon.protocol.WeightsPublished;
import dev.gnomon.protocol.WeightsRequest;
import dev.gnomon.protocol.Wiring;
import dev.gnomon.protocol.Working;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A teacher alone or among two, on 16 steps, 4 of them stage 1, with P = 4 and L = 4. */
class TeacherTest {

  private static final Lineage FIRST = Stage.FIRST;
  private static final Lineage SECOND = Stage.SECOND;

  private final Stage stage = new Stage();
  private final Gate gate = Gate.open();
  private final WeightRegistry registry = new WeightRegistry();
  private final VersionSchedule schedule = Stage.training(Source.BOOTSTRAP, 16, 4, 4, 7).schedule();
  private final MadeUpSequence sequence = new MadeUpSequence(schedule);

  @AfterEach
  void close() {
    stage.close();
    assertThat(gate.awaitClosed()).isTrue();
  }

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

  // Lost, doubled and late messages.

  @Test
  void asksAgainForABatchThatDoesNotCome() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    teacher.tell(new Admit(FIRST, 5));
    stage.loader.expectMessageClass(BatchRequest.class);

    stage.tick();
    stage.tick();

    assertThat(stage.loader.expectMessageClass(BatchRequest.class).step()).isEqualTo(4);
    assertThat(stage.coordinator.expectMessageClass(Waiting.class).forWhat()).isEqualTo("batch 4");
  }

  @Test
  void asksAgainForAVersionThatIsNotAnnounced() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    teacher.tell(new Admit(FIRST, 5));
    teacher.tell(batch(4));
    stage.trainer.expectMessageClass(WeightsRequest.class);

    stage.tick();
    stage.tick();

    assertThat(stage.trainer.expectMessageClass(WeightsRequest.class).version()).isEqualTo(4);
    assertThat(stage.coordinator.expectMessageClass(Waiting.class).forWhat())
        .isEqualTo("version 4");
  }

  @Test
  void asksForAVersionThatWasAnnouncedAndIsNotThere() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    teacher.tell(new Admit(FIRST, 5));
    teacher.tell(batch(4));
    stage.trainer.expectMessageClass(WeightsRequest.class);

    teacher.tell(new WeightsPublished(FIRST, 4, "registry", ""));
    stage.tick();
    stage.tick();

    assertThat(stage.trainer.expectMessageClass(WeightsRequest.class).version()).isEqualTo(4);
    publish(teacher, 4);
    expectFeatures(4);
  }

  @Test
  void asksForAVersionThatWasAnnouncedAloneOnceATickAndSaysSoUntilItComes() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    WeightsPublished neverPublished = new WeightsPublished(FIRST, 4, "registry", "");
    teacher.tell(neverPublished);
    teacher.tell(new Admit(FIRST, 5));
    teacher.tell(batch(4));
    assertThat(stage.trainer.expectMessageClass(WeightsRequest.class).version()).isEqualTo(4);
    stage.tick(); // from the next one on it is overdue
    stage.gauges.receiveMessage();

    for (int tick = 0; tick < 4; tick++) {
      teacher.tell(neverPublished); // whoever is asked says it again, at once
      stage.trainer.expectNoMessage();
      stage.tick();
      assertThat(stage.trainer.expectMessageClass(WeightsRequest.class).version()).isEqualTo(4);
      assertThat(stage.coordinator.expectMessageClass(Waiting.class).forWhat())
          .isEqualTo("version 4");
      assertThat(stage.gauges.receiveMessage().waitsFor()).containsExactly("version 4");
    }

    publish(teacher, 4);
    expectFeatures(4);
    stage.tick();
    assertThat(stage.gauges.receiveMessage().waitsFor()).isEmpty();
    stage.coordinator.expectNoMessage();
  }

  @Test
  void aVersionThatNeverCameIsOfNoMatterInTheNextLineage() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    teacher.tell(new WeightsPublished(FIRST, 4, "registry", ""));
    teacher.tell(new Admit(FIRST, 5));
    teacher.tell(batch(4));
    stage.trainer.expectMessageClass(WeightsRequest.class);

    teacher.tell(begin(SECOND, teacher, List.of())); // its trainer died, and begins anew
    assertThat(stage.coordinator.expectMessageClass(Begun.class).lineage()).isEqualTo(SECOND);
    stage.tick();
    stage.tick();

    stage.trainer.expectNoMessage();
    sequence.to(4);
    registry.publish("run", 2, 4, sequence.version(4));
    teacher.tell(new WeightsPublished(SECOND, 4, "registry", ""));
    teacher.tell(new Admit(SECOND, 5));
    teacher.tell(Translation.batch(SECOND, MadeUpImages.images(4)));
    expectFeatures(4);
  }

  @Test
  void doubledMessagesMakeFeaturesOnce() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    publish(teacher, 4);
    publish(teacher, 4);
    teacher.tell(new Admit(FIRST, 5));
    teacher.tell(new Admit(FIRST, 5));
    teacher.tell(batch(4));
    teacher.tell(batch(4));

    expectFeatures(4);
    stage.assigner.expectNoMessage();
  }

  @Test
  void sendsFeaturesAgainThatWereLost() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    publish(teacher, 4);
    teacher.tell(new Admit(FIRST, 9));
    makeSteps(teacher, 4, 6);

    teacher.tell(new FeaturesRequest(FIRST, 4));

    expectFeatures(4);
  }

  @Test
  void makesFeaturesOfAnotherTeachersStepWhenAsked() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of(stage.teacher.getRef()));
    publish(teacher, 4);

    teacher.tell(new FeaturesRequest(FIRST, 6)); // and so it learns that 6 is admitted

    teacher.tell(batch(6));
    teacher.tell(batch(5));
    expectFeatures(5);
    expectFeatures(6);
  }

  @Test
  void requestForAStepThatIsDoneIsOfNoEffect() {
    ActorRef<TeacherMessage> teacher = begun(spawn(), List.of());
    publish(teacher, 4);
    teacher.tell(new Admit(FIRST, 11)); // so 6 steps are done
    for (long step = 6; step < 9; step++) {
      stage.loader.expectMessageClass(BatchRequest.class);
    }

    teacher.tell(new FeaturesRequest(FIRST, 5));

    stage.loader.expectNoMessage();
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

  private ActorRef<TeacherMessage> spawn() {
    return stage.spawn(
        Teacher.create(
            stage.identity(Role.TEACHER, false),
            new Teacher.Parts(schedule, () -> new MadeUpTeacher(gate), new InThisJvm(registry))));
  }

  private ActorRef<TeacherMessage> begun(
      ActorRef<TeacherMessage> teacher, List<ActorRef<TeacherMessage>> before) {
    stage.coordinator.expectMessageClass(Idle.class);
    teacher.tell(begin(FIRST, teacher, before));
    stage.coordinator.expectMessageClass(Begun.class);
    return teacher;
  }

  private Begin begin(
      Lineage lineage, ActorRef<TeacherMessage> teacher, List<ActorRef<TeacherMessage>> before) {
    return new Begin(lineage, stage.begin(lineage).start(), wiring(teacher, before));
  }

  private Wiring wiring(ActorRef<TeacherMessage> teacher, List<ActorRef<TeacherMessage>> before) {
    Wiring old = stage.wiring();
    List<ActorRef<TeacherMessage>> teachers =
        before.isEmpty() ? List.of(teacher) : List.of(before.get(0), teacher);
    return new Wiring(
        old.coordinator(),
        old.loaders(),
        old.trainers(),
        teachers,
        old.assigners(),
        old.checkpointers(),
        List.of(),
        List.of());
  }

  private void publish(ActorRef<TeacherMessage> teacher, long version) {
    sequence.to(Math.max(version, sequence.step()));
    registry.publish("run", 1, version, sequence.version(version));
    teacher.tell(new WeightsPublished(FIRST, version, "registry", ""));
  }

  private void makeSteps(ActorRef<TeacherMessage> teacher, long from, long to) {
    for (long step = from; step < to; step++) {
      teacher.tell(batch(step));
      expectFeatures(step);
    }
  }

  private TeacherFeatures expectFeatures(long step) {
    TeacherFeatures features = stage.assigner.expectMessageClass(TeacherFeatures.class);
    assertThat(features.step()).isEqualTo(step);
    assertThat(features.version()).isEqualTo(schedule.version(step));
    assertThat(features.features()).containsExactly(sequence.features(step));
    return features;
  }

  private static Batch batch(long step) {
    return Translation.batch(FIRST, MadeUpImages.images(step));
  }
}
