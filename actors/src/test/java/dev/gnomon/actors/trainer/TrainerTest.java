package dev.gnomon.actors.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.BatchRequest;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.Conditions;
import dev.gnomon.protocol.FeaturesRequest;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.StepDone;
import dev.gnomon.protocol.Taps;
import dev.gnomon.protocol.TapsRequest;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.TrainerMessage;
import dev.gnomon.protocol.Waiting;
import dev.gnomon.protocol.WeightsPublished;
import dev.gnomon.protocol.WeightsRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The trainer from phase to phase and from step to step. */
class TrainerTest extends TrainerStage {

  // Phases: idle, begun, halted.

  @Test
  void saysAtEachTickThatItIsIdle() {
    spawn();

    for (int tick = 0; tick < 3; tick++) {
      assertThat(stage.coordinator.expectMessageClass(Idle.class).role()).isEqualTo(Role.TRAINER);
      stage.tick();
    }
  }

  @Test
  void beginsFromScratchAndStartsNothingThatIsNotAdmitted() {
    begun(spawn());

    stage.loader.expectNoMessage();
  }

  @Test
  void saysAgainThatItHasBegunUntilItIsAdmitted() {
    begun(spawn());

    stage.tick();

    stage.coordinator.expectMessageClass(Begun.class);
  }

  @Test
  void keepsMessagesOfALineageThatBeginsLater() {
    ActorRef<TrainerMessage> trainer = spawn();
    stage.coordinator.expectMessageClass(Idle.class);

    trainer.tell(new Admit(FIRST, 1));
    trainer.tell(stage.begin(FIRST));

    stage.coordinator.expectMessageClass(Begun.class);
    assertThat(stage.loader.expectMessageClass(BatchRequest.class).step()).isZero();
  }

  @Test
  void haltedTrainerDoesNothingUntilANewerLineage() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainer.tell(new Halt(FIRST));

    trainer.tell(new Admit(FIRST, 3));
    trainer.tell(stage.begin(FIRST));
    stage.tick();

    stage.loader.expectNoMessage();
    stage.coordinator.expectNoMessage();
    trainer.tell(stage.begin(SECOND));
    assertThat(stage.coordinator.expectMessageClass(Begun.class).lineage()).isEqualTo(SECOND);
  }

  // Steps.

  @Test
  void asksForTheBatchesItWasAdmittedTo() {
    ActorRef<TrainerMessage> trainer = begun(spawn());

    trainer.tell(new Admit(FIRST, 2));

    assertThat(stage.loader.expectMessageClass(BatchRequest.class).step()).isEqualTo(0);
    assertThat(stage.loader.expectMessageClass(BatchRequest.class).step()).isEqualTo(1);
    stage.loader.expectNoMessage();
  }

  @Test
  void trainsInOrderWhateverOrderBatchesComeIn() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainer.tell(new Admit(FIRST, 3));

    trainer.tell(batch(2));
    trainer.tell(batch(1));
    stage.coordinator.expectNoMessage();
    trainer.tell(batch(0));

    for (long step = 0; step < 3; step++) {
      expectDone(step, sequence.next().loss());
    }
  }

  @Test
  void whatComesTwiceOrLateTrainsOnce() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 6);

    trainer.tell(batch(5));
    trainer.tell(conditions(5));
    trainer.tell(new Admit(FIRST, 2));
    trainer.tell(conditions(6));
    trainer.tell(conditions(6));
    trainer.tell(batch(6));
    trainer.tell(batch(6));

    expectDone(6, sequence.next().loss());
    stage.coordinator.expectNoMessage();
  }

  @Test
  void guidedStepWaitsForConditionsOfItsVersion() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 4);
    Conditions given = conditions(4);
    trainer.tell(batch(4));

    trainer.tell(new Conditions(FIRST, 4, 3, given.codes(), given.rowCodes(), given.rows()));
    stage.coordinator.expectNoMessage();
    trainer.tell(given);

    expectDone(4, sequence.next().loss());
  }

  @Test
  void measuresStepsAndTheirStaleness() {
    ActorRef<TrainerMessage> trainer = begun(spawn());

    StepDone done = trainSteps(trainer, 0, 8);

    assertThat(done.measures())
        .containsKeys("loss", "images_per_second", "step_seconds", "wait_seconds")
        .containsEntry("staleness", 3.0);
  }

  @Test
  void labelsAndNoConditionsWaitForNobody() {
    for (Source source : List.of(Source.LABELS, Source.NONE)) {
      training = Stage.training(source, 16, 4, 4, 7);
      ActorRef<TrainerMessage> trainer = begun(spawn());
      trainer.tell(new Admit(FIRST, 5));
      for (long step = 0; step < 5; step++) {
        trainer.tell(batch(step));
        assertThat(expectDone().step()).isEqualTo(step);
      }
      stage.teacher.expectNoMessage();
      stage.kit.stop(trainer);
    }
  }

  @Test
  void answersWhileItsLaneWorks() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 4);
    expectPublished(4);
    gate.hold();
    trainer.tell(batch(4));
    trainer.tell(conditions(4));

    trainer.tell(new WeightsRequest(FIRST, 4, stage.teacher.getRef()));

    expectPublished(4);
    stage.coordinator.expectNoMessage();
    gate.release();
    expectDone(4, sequence.next().loss());
  }

  // Lost messages.

  @Test
  void asksAgainForABatchThatDoesNotCome() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainer.tell(new Admit(FIRST, 1));
    stage.loader.expectMessageClass(BatchRequest.class);

    stage.tick();
    stage.tick();

    assertThat(stage.loader.expectMessageClass(BatchRequest.class).step()).isZero();
    stage.coordinator.expectMessageClass(Begun.class);
    stage.coordinator.expectMessageClass(Begun.class);
    assertThat(stage.coordinator.expectMessageClass(Waiting.class).forWhat()).isEqualTo("batch 0");
  }

  @Test
  void asksTheTeacherOfTheStepAndThenTheOtherForLostConditions() {
    TestProbe<TeacherMessage> other = stage.kit.createTestProbe();
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 4);
    expectPublished(4);
    trainer.tell(rewired(List.of(stage.teacher.getRef(), other.getRef()), stage.checkpointer));
    expectPublished(4);

    stage.tick();
    stage.tick();
    assertThat(stage.teacher.expectMessageClass(FeaturesRequest.class).step()).isEqualTo(4);
    stage.tick();

    other.expectMessageClass(WeightsPublished.class);
    assertThat(other.expectMessageClass(FeaturesRequest.class).step()).isEqualTo(4);
  }

  @Test
  void saysAgainHowFarItIsWhileItWaits() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 2);

    stage.tick();

    assertThat(expectDone().step()).isEqualTo(1);
  }

  @Test
  void sendsTapsAgainUntilTheirStepIsDoneByAll() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 8);
    TestProbe<AssignerMessage> asking = stage.kit.createTestProbe();

    trainer.tell(new TapsRequest(FIRST, 5, asking.getRef()));
    assertThat(asking.expectMessageClass(Taps.class).step()).isEqualTo(5);

    trainer.tell(new Admit(FIRST, 6 + training.schedule().lead() + 1));
    trainer.tell(new TapsRequest(FIRST, 5, asking.getRef()));
    trainer.tell(new TapsRequest(FIRST, 9, asking.getRef()));
    asking.expectNoMessage();
  }

  // Versions.

  @Test
  void publishesTheVersionsOfTheSchedule() {
    ActorRef<TrainerMessage> trainer = begun(spawn());

    trainSteps(trainer, 0, 9);

    expectPublished(4);
    expectPublished(8);
    try (var lease = registry.acquire("run", 1, 8).orElseThrow()) {
      assertThat(lease.weights()).isEqualTo(sequence.version(8));
    }
  }

  @Test
  void letsGoOfVersionsThatNoStepNeeds() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 9);
    expectPublished(4);
    expectPublished(8);

    trainer.tell(new Admit(FIRST, 12 + training.schedule().lead() + 1));
    trainer.tell(new WeightsRequest(FIRST, 4, stage.teacher.getRef()));
    trainer.tell(new WeightsRequest(FIRST, 8, stage.teacher.getRef()));

    expectPublished(8);
    assertThat(registry.held()).isEqualTo(1);
  }

  @Test
  void tellsALateTeacherOfTheVersionsThereAre() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 4);
    expectPublished(4);
    TestProbe<TeacherMessage> late = stage.kit.createTestProbe();

    trainer.tell(rewired(List.of(stage.teacher.getRef(), late.getRef()), stage.checkpointer));

    assertThat(late.expectMessageClass(WeightsPublished.class).version()).isEqualTo(4);
  }

  // Lineages and failures.

  @Test
  void newerLineageIgnoresWhatTheLaneStillDoesForTheOlder() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    admit(trainer);
    gate.hold();
    trainer.tell(batch(0));

    trainer.tell(stage.begin(SECOND));
    gate.release();

    Begun begun = stage.coordinator.expectMessageClass(Begun.class);
    assertThat(begun.lineage()).isEqualTo(SECOND);
    stage.coordinator.expectNoMessage();
    stage.assigner.expectNoMessage();
  }

  @Test
  void messagesOfAnOlderLineageAreDroppedAndCounted() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainer.tell(stage.begin(SECOND));
    stage.coordinator.expectMessageClass(Begun.class);

    trainer.tell(new Admit(FIRST, 3));
    trainer.tell(stage.begin(FIRST));
    trainer.tell(new Halt(FIRST));

    stage.loader.expectNoMessage();
    stage.expectDropped(Role.TRAINER, 3);
  }

  @Test
  void failedStepIsLoggedAndTheNextLifeRefusesTheLostLineage() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 2);
    gate.failNext(new IllegalStateException("device on fire"));

    expectFailure(
        "step=2 failures=1 cause=\"IllegalStateException: device on fire\"",
        () -> trainer.tell(batch(2)));
    assertThat(stage.coordinator.expectMessageClass(Idle.class).cause())
        .isEqualTo("IllegalStateException: device on fire");
    trainer.tell(stage.begin(FIRST));
    stage.tick();
    stage.coordinator.expectMessageClass(Idle.class);

    trainer.tell(stage.begin(SECOND));
    assertThat(stage.coordinator.expectMessageClass(Begun.class).lineage()).isEqualTo(SECOND);
    assertThat(registry.held()).isZero();
  }
}
