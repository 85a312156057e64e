package dev.gnomon.actors.trainer;

import static java.lang.Float.NaN;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.gnomon.actors.StoredHalves;
import dev.gnomon.actors.Translation;
import dev.gnomon.actors.stage.MadeUpImages;
import dev.gnomon.actors.stage.MadeUpSequence;
import dev.gnomon.actors.stage.MadeUpTrunk;
import dev.gnomon.actors.transfer.FileExchange;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CheckpointAbandoned;
import dev.gnomon.protocol.CheckpointAt;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.CheckpointRequest;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.FeaturesRequest;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Taps;
import dev.gnomon.protocol.TrainerMessage;
import dev.gnomon.protocol.Waiting;
import dev.gnomon.protocol.WeightsPublished;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trainer's half of checkpoints. */
class TrainerCheckpointTest extends TrainerStage {

  @Test
  void cutsWhereItIsOrderedAndMarksTheTaps() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainer.tell(new CheckpointAt(FIRST, 3));

    trainSteps(trainer, 0, 4);

    expectHalf(stage.checkpointer, 3);
    assertThat(halves.half(3, Trainer.HALF))
        .contains(new MadeUpSequence(training.schedule()).to(3).trunkHalf());
    for (long step = 0; step < 4; step++) {
      assertThat(stage.assigner.expectMessageClass(Taps.class).checkpoint()).isEqualTo(step == 2);
    }
  }

  @Test
  void halfWaitsForTheConditionsThatAreDueWhileTrainingGoesOn() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainer.tell(new CheckpointAt(FIRST, 8));
    trainSteps(trainer, 0, 11);
    stage.checkpointer.expectNoMessage();

    trainer.tell(conditions(11));

    expectHalf(stage.checkpointer, 8);
    assertThat(halves.half(8, Trainer.HALF))
        .contains(new MadeUpSequence(training.schedule()).to(8).trunkHalf());
  }

  @Test
  void asksForConditionsThatAnOpenHalfMisses() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainer.tell(new CheckpointAt(FIRST, 8));
    trainSteps(trainer, 0, 9);
    expectPublished(4);
    expectPublished(8);

    stage.tick();
    stage.tick();

    for (long step = 9; step < 12; step++) {
      assertThat(stage.teacher.expectMessageClass(FeaturesRequest.class).step()).isEqualTo(step);
    }
  }

  @Test
  void lastStepIsCutUnasked() {
    ActorRef<TrainerMessage> trainer = begun(spawn());

    trainSteps(trainer, 0, 16);

    expectHalf(stage.checkpointer, 16);
    assertThat(halves.half(16, Trainer.HALF)).contains(sequence.trunkHalf());
  }

  @Test
  void weightsThatAreNotFiniteAreNotWrittenAndEndThisLife(@TempDir Path directory) {
    TrunkWork damaged =
        new MadeUpTrunk(gate) {
          @Override
          public WeightSet save() {
            return super.save().with(Map.of("student.w", HostTensor.of(new float[] {NaN}, 1)));
          }
        };
    ActorRef<TrainerMessage> trainer =
        begun(spawn(() -> damaged, new StoredHalves(directory, FileExchange.none())));
    trainSteps(trainer, 0, 3);

    expectFailure("element 0 of student.w is NaN", () -> trainer.tell(new CheckpointAt(FIRST, 3)));

    assertThat(stage.coordinator.expectMessageClass(CheckpointFailed.class).cause())
        .contains("the trunk half of step 3 is not written");
    Idle idle = stage.coordinator.expectMessageClass(Idle.class);
    assertThat(idle.lineage()).isEqualTo(FIRST.number());
    assertThat(idle.cause()).contains("lower the learning rate");
    stage.checkpointer.expectNoMessage();
    assertThat(directory.resolve("checkpoints")).doesNotExist();
  }

  @Test
  void orderAtRestIsCutAtOnceAndPassedOn() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 3);

    trainer.tell(new CheckpointAt(FIRST, 3));

    expectHalf(stage.checkpointer, 3);
    List.of(false, false, false, true)
        .forEach(
            marked ->
                assertThat(stage.assigner.expectMessageClass(Taps.class).checkpoint())
                    .isEqualTo(marked));
  }

  @Test
  void repeatedOrderIsToldAgainAndMarkedAgain() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainer.tell(new CheckpointAt(FIRST, 3));
    trainSteps(trainer, 0, 4);
    HalfSaved half = expectHalf(stage.checkpointer, 3);
    stage.assigner.receiveSeveralMessages(4);

    trainer.tell(new CheckpointAt(FIRST, 3));

    stage.checkpointer.expectMessage(half);
    Taps marked = stage.assigner.expectMessageClass(Taps.class);
    assertThat(marked.step()).isEqualTo(2);
    assertThat(marked.checkpoint()).isTrue();
  }

  /** A checkpointer that is slow has the first still to fetch when the second is written. */
  @Test
  void ofTwoHalvesThatAreNotKeptYetEitherIsToldAgain() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainer.tell(new CheckpointAt(FIRST, 2));
    trainSteps(trainer, 0, 2);
    HalfSaved first = expectHalf(stage.checkpointer, 2);
    trainer.tell(new CheckpointAt(FIRST, 3));
    trainSteps(trainer, 2, 4);
    HalfSaved second = expectHalf(stage.checkpointer, 3);

    trainer.tell(new CheckpointAt(FIRST, 2));
    stage.checkpointer.expectMessage(first);
    trainer.tell(new CheckpointAt(FIRST, 3));
    stage.checkpointer.expectMessage(second);

    trainer.tell(new CheckpointWritten(FIRST, 2, "step-2", "", 0, 0));
    trainer.tell(new CheckpointAt(FIRST, 3));
    stage.checkpointer.expectMessage(second);
    trainer.tell(new CheckpointAt(FIRST, 2));
    stage.checkpointer.expectNoMessage();
  }

  @Test
  void orderThatComesTooLateIsRefused() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 4);

    trainer.tell(new CheckpointAt(FIRST, 2));

    CheckpointFailed failed = stage.coordinator.expectMessageClass(CheckpointFailed.class);
    assertThat(failed.step()).isEqualTo(2);
    assertThat(failed.cause()).contains("past step 2");
  }

  @Test
  void fullDiskLosesOneCheckpointAndNoStep() {
    halves.full(true);
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainer.tell(new CheckpointAt(FIRST, 2));
    admit(trainer);
    trainer.tell(batch(0));
    trainer.tell(batch(1));
    stage.coordinator.receiveSeveralMessages(2);
    CheckpointFailed failed = stage.coordinator.expectMessageClass(CheckpointFailed.class);
    assertThat(failed.cause()).contains("trunk", "No space left on device");

    halves.full(false);
    trainer.tell(new CheckpointAt(FIRST, 3));
    trainer.tell(batch(2));

    expectHalf(stage.checkpointer, 3);
  }

  @Test
  void tellsANewCheckpointerOfTheHalvesThatAreNotKeptYet() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainer.tell(new CheckpointAt(FIRST, 3));
    trainSteps(trainer, 0, 3);
    HalfSaved half = expectHalf(stage.checkpointer, 3);
    TestProbe<CheckpointerMessage> another = stage.kit.createTestProbe();

    trainer.tell(rewired(List.of(stage.teacher.getRef()), another));

    another.expectMessage(half);
  }

  @Test
  void resumesWithTheConditionsThatWereDue() {
    halves.put(8, Trainer.HALF, sequence.to(8).trunkHalf());
    ActorRef<TrainerMessage> trainer = spawn();
    stage.coordinator.expectMessageClass(Idle.class);
    trainer.tell(stage.begin(SECOND, 8));
    stage.offer(halves);
    assertThat(stage.coordinator.expectMessageClass(Begun.class).step()).isEqualTo(8);
    assertThat(stage.teacher.expectMessageClass(WeightsPublished.class).version()).isEqualTo(8);

    trainer.tell(new Admit(SECOND, 16));
    for (long step = 8; step < 12; step++) {
      trainer.tell(Translation.batch(SECOND, MadeUpImages.images(step)));
      expectDone(step, sequence.next().loss());
    }
  }

  @Test
  void refusesACheckpointThatLacksConditions() {
    ActorRef<TrainerMessage> trainer = spawn();
    stage.coordinator.expectMessageClass(Idle.class);
    sequence.to(8);
    halves.put(8, Trainer.HALF, sequence.version(8));

    expectFailure(
        "lacks the conditions of step 8 by version 4",
        () -> {
          trainer.tell(stage.begin(SECOND, 8));
          stage.offer(halves);
        });

    assertThat(stage.coordinator.expectMessageClass(Idle.class).cause()).contains("step-8");
  }

  @Test
  void asksForItsCheckpointUntilItIsOfferedAndTakesItOnce() {
    halves.put(8, Trainer.HALF, sequence.to(8).trunkHalf());
    ActorRef<TrainerMessage> trainer = spawn();
    stage.coordinator.expectMessageClass(Idle.class);
    trainer.tell(stage.begin(SECOND, 8));
    var first = stage.checkpointer.expectMessageClass(CheckpointRequest.class);
    assertThat(first.step()).isEqualTo(8);

    stage.tick();
    assertThat(stage.coordinator.expectMessageClass(Waiting.class).forWhat())
        .isEqualTo("checkpoint 8");
    stage.offer(halves);
    trainer.tell(halves.offer(first)); // it was only late
    stage.coordinator.expectMessageClass(Begun.class);
    stage.tick();
    stage.checkpointer.expectNoMessage();
  }

  @Test
  void aCheckpointThatIsGoneSendsEveryoneBackToWhatThereIs() {
    ActorRef<TrainerMessage> trainer = spawn();
    stage.coordinator.expectMessageClass(Idle.class);

    expectFailure(
        "checkpoint 8 is not in the store any more",
        () -> {
          trainer.tell(stage.begin(SECOND, 8));
          stage.offer(halves);
        });

    Idle idle = stage.coordinator.expectMessageClass(Idle.class);
    assertThat(idle.lineage()).isEqualTo(SECOND.number());
    assertThat(idle.failures()).isOne();
    trainer.tell(stage.begin(SECOND, 8)); // not in that lineage: the coordinator opens another
    stage.tick();
    assertThat(stage.coordinator.expectMessageClass(Idle.class)).isEqualTo(idle);
  }

  @Test
  void halvesGoWhenTheCheckpointerHasThemOrNeedsThemNoMore() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainer.tell(new CheckpointAt(FIRST, 3));
    trainSteps(trainer, 0, 4);
    expectHalf(stage.checkpointer, 3);
    trainer.tell(new CheckpointAbandoned(FIRST, 3));
    stage.checkpointer.awaitAssert(
        () -> {
          assertThat(halves.isDiscarded(3)).isTrue();
          assertThat(halves.isDiscarded(2)).isFalse();
          return null;
        });
    trainer.tell(new CheckpointWritten(FIRST, 6, "step-6", "", 0, 0));
    stage.checkpointer.awaitAssert(
        () -> {
          assertThat(halves.isDiscarded(2)).isTrue();
          assertThat(halves.isDiscarded(7)).isFalse();
          return null;
        });
  }
}
