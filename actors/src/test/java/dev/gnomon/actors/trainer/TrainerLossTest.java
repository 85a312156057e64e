package dev.gnomon.actors.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.gnomon.actors.stage.MadeUpSequence;
import dev.gnomon.model.training.NonFiniteLossException;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CheckpointAt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.LossNotFinite;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.StepDone;
import dev.gnomon.protocol.Taps;
import dev.gnomon.protocol.TapsRequest;
import dev.gnomon.protocol.TrainerMessage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trainer where a loss is not finite, and where a step is left out. */
class TrainerLossTest extends TrainerStage {

  private static NonFiniteLossException notFinite(long step) {
    return new NonFiniteLossException("trainer", step, Double.NaN);
  }

  private void give(ActorRef<TrainerMessage> trainer, long step) {
    trainer.tell(batch(step));
    trainer.tell(conditions(step));
  }

  private LossNotFinite expectNotFinite(long step) {
    LossNotFinite said = stage.coordinator.expectMessageClass(LossNotFinite.class);
    assertThat(said.lineage()).isEqualTo(FIRST);
    assertThat(said.role()).isEqualTo(Role.TRAINER);
    assertThat(said.step()).isEqualTo(step);
    assertThat(said.cause()).startsWith("the trainer's loss is NaN at step " + step);
    assertThat(said.images()).containsExactly(step);
    return said;
  }

  @Test
  void saysAtEachTickThatALossIsNotFiniteAndTakesNoFurtherStep() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 5);
    admit(trainer);
    gate.failNext(notFinite(5));
    give(trainer, 5);
    expectNotFinite(5);
    give(trainer, 6);

    for (int tick = 0; tick < 3; tick++) {
      stage.tick();
      assertThat(stage.coordinator.expectMessageClass(StepDone.class).step()).isEqualTo(4);
      expectNotFinite(5);
    }

    stage.coordinator.expectNoMessage();
  }

  @ParameterizedTest(name = "the next step is left out: {0}")
  @ValueSource(booleans = {false, true})
  void whatTheLaneWasGivenBehindThatStepIsNoFailure(boolean leftOut) {
    ActorRef<TrainerMessage> trainer = spawn();
    stage.coordinator.expectMessageClass(Idle.class);
    trainer.tell(leftOut ? stage.beginWithout(FIRST, 8) : stage.begin(FIRST));
    stage.coordinator.expectMessageClass(Begun.class);
    trainer.tell(new CheckpointAt(FIRST, 8)); // step 7 is the last before it, and before a version
    trainSteps(trainer, 0, 7);
    expectPublished(4);
    admit(trainer);
    gate.hold();
    give(trainer, 7);
    sequence.next();
    give(trainer, 8); // on the lane too
    trainer.tell(new TapsRequest(FIRST, 6, stage.assigner.getRef()));
    assertThat(next(6).step()).isEqualTo(6);

    gate.failNext(notFinite(7));
    gate.release();
    gate.release();

    expectNotFinite(7);
    stage.coordinator.expectNoMessage();
    stage.teacher.expectNoMessage();
    stage.checkpointer.expectNoMessage();
  }

  /** The taps of that step, after those of the steps before it. */
  private Taps next(long step) {
    Taps taps = stage.assigner.expectMessageClass(Taps.class);
    while (taps.step() < step) {
      taps = stage.assigner.expectMessageClass(Taps.class);
    }
    return taps;
  }

  @Test
  void givesTheAssignerTheTapsItMissedWhileItStandsStill() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 5);
    gate.failNext(notFinite(5));
    give(trainer, 5);
    expectNotFinite(5);
    TestProbe<AssignerMessage> assigner = stage.kit.createTestProbe();

    trainer.tell(new TapsRequest(FIRST, 4, assigner.getRef()));

    Taps again = assigner.expectMessageClass(Taps.class);
    assertThat(again.step()).isEqualTo(4);
    assertThat(again.images()).containsExactly(4);
  }

  @Test
  void goesOnInTheNextLineageAsIfNothingHadBeen() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    trainSteps(trainer, 0, 2);
    gate.failNext(notFinite(2));
    trainer.tell(batch(2));
    expectNotFinite(2);

    trainer.tell(stage.beginWithout(SECOND, 2));

    Begun begun = stage.coordinator.expectMessageClass(Begun.class);
    assertThat(begun.lineage()).isEqualTo(SECOND);
    stage.tick();
    assertThat(stage.coordinator.expectMessageClass(Begun.class)).isEqualTo(begun);
    stage.coordinator.expectNoMessage();
  }

  @Test
  void aStepThatIsLeftOutIsDoneWithoutMeasuresAndItsEmptyTapsCarryTheMarker() {
    ActorRef<TrainerMessage> trainer = spawn();
    stage.coordinator.expectMessageClass(Idle.class);
    trainer.tell(stage.beginWithout(FIRST, 2, 8));
    stage.coordinator.expectMessageClass(Begun.class);
    trainer.tell(new CheckpointAt(FIRST, 3));
    trainSteps(trainer, 0, 2);

    trainer.tell(batch(2));
    StepDone done = expectDone();
    assertThat(done.step()).isEqualTo(2);
    assertThat(done.measures()).isEqualTo(Map.of());
    Taps taps = next(2);
    assertThat(taps.features()).isEmpty();
    assertThat(taps.checkpoint()).isTrue();
    expectHalf(stage.checkpointer, 3);

    sequence.skip();
    trainer.tell(new CheckpointAt(FIRST, 8)); // the first step after it is left out
    trainSteps(trainer, 3, 8);
    trainer.tell(new CheckpointAt(FIRST, 12));
    give(trainer, 8);
    assertThat(expectDone().step()).isEqualTo(8);
    sequence.skip();
    trainSteps(trainer, 9, 12);
    List.of(12L, 13L, 14L, 15L).forEach(step -> trainer.tell(conditions(step)));

    expectHalf(stage.checkpointer, 8);
    expectHalf(stage.checkpointer, 12);
    MadeUpSequence untouched = new MadeUpSequence(training.schedule());
    for (long cut : new long[] {3, 8, 12}) {
      assertThat(halves.half(cut, Trainer.HALF))
          .contains(untouched.to(cut, Set.of(2L, 8L)).trunkHalf());
    }
  }

  @Test
  void aFailureOfAnotherKindEndsThisLifeAsEver() {
    ActorRef<TrainerMessage> trainer = begun(spawn());
    gate.failNext(new IllegalStateException("device on fire"));
    trainer.tell(batch(0));

    expectFailure("IllegalStateException: device on fire", () -> admit(trainer));

    assertThat(stage.coordinator.expectMessageClass(Idle.class).cause()).contains("on fire");
  }
}
