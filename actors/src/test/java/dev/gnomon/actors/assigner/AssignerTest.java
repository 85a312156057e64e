package dev.gnomon.actors.assigner;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import dev.gnomon.actors.Translation;
import dev.gnomon.actors.stage.MadeUpSequence;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.Conditions;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.StepDone;
import dev.gnomon.protocol.Taps;
import dev.gnomon.protocol.TapsRequest;
import dev.gnomon.protocol.TeacherFeatures;
import dev.gnomon.protocol.Waiting;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The assigner from phase to phase and from step to step. */
class AssignerTest extends AssignerStage {

  private final List<dev.gnomon.model.training.Taps> taps = new ArrayList<>();

  @BeforeEach
  void trainTheTrunk() {
    while (sequence.step() < schedule.steps()) {
      taps.add(sequence.next().taps().orElseThrow());
    }
  }

  // Phases: idle, begun, halted.

  @Test
  void saysAtEachTickThatItIsIdle() {
    spawn();

    for (int tick = 0; tick < 3; tick++) {
      assertThat(stage.coordinator.expectMessageClass(Idle.class).role()).isEqualTo(Role.ASSIGNER);
      stage.tick();
    }
  }

  @Test
  void keepsTapsOfALineageThatBeginsLater() {
    ActorRef<AssignerMessage> assigner = spawn();
    stage.coordinator.expectMessageClass(Idle.class);

    assigner.tell(taps(0, false));
    assigner.tell(stage.begin(FIRST));

    stage.coordinator.expectMessageClass(Begun.class);
    expectDone(0);
  }

  @Test
  void haltedAssignerDoesNothingUntilANewerLineage() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    assigner.tell(new Halt(FIRST));

    assigner.tell(taps(0, false));
    assigner.tell(stage.begin(FIRST));
    stage.tick();

    stage.coordinator.expectNoMessage();
    assigner.tell(stage.begin(SECOND));
    assertThat(stage.coordinator.expectMessageClass(Begun.class).lineage()).isEqualTo(SECOND);
  }

  // Steps.

  @Test
  void trainsOnTapsInOrderWhateverOrderTheyComeIn() {
    ActorRef<AssignerMessage> assigner = begun(spawn());

    assigner.tell(taps(2, false));
    assigner.tell(taps(1, false));
    stage.coordinator.expectNoMessage();
    assigner.tell(taps(0, false));

    for (long step = 0; step < 3; step++) {
      assertThat(expectDone(step).measures())
          .containsKeys("sinkhorn_loss", "nmi", "effective_prototypes", "dead_prototypes");
    }
  }

  @Test
  void whatComesTwiceOrLateTrainsOnce() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    trainSteps(assigner, 0, 3);

    assigner.tell(taps(1, false));
    assigner.tell(taps(3, false));
    assigner.tell(taps(3, false));

    expectDone(3);
    stage.coordinator.expectNoMessage();
  }

  @Test
  void makesConditionsOnceItHasTheVersion() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    trainSteps(assigner, 0, 3);
    assigner.tell(features(4));
    assigner.tell(features(5));
    stage.trainer.expectNoMessage();

    trainSteps(assigner, 3, 4);

    expectConditions(4);
    expectConditions(5);
  }

  @Test
  void makesConditionsOfAnOlderVersionWhileItTrainsOn() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    trainSteps(assigner, 0, 10);

    assigner.tell(features(11));

    assertThat(expectConditions(11).version()).isEqualTo(4);
  }

  @Test
  void answersWhileItsLaneWorks() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    trainSteps(assigner, 0, 4);
    assigner.tell(features(5));
    expectConditions(5);
    gate.hold();
    assigner.tell(taps(4, false));

    assigner.tell(features(5));

    expectConditions(5);
    stage.coordinator.expectNoMessage();
    gate.release();
    expectDone(4);
  }

  // Lost, doubled and late messages.

  @Test
  void asksAgainForTapsThatDoNotCome() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    trainSteps(assigner, 0, 2);
    assigner.tell(taps(3, false));

    stage.tick();
    stage.tick();

    assertThat(stage.trainer.expectMessageClass(TapsRequest.class).step()).isEqualTo(2);
    assertThat(expectDone(1)).isEqualTo(expectDone(1)); // and says at each tick how far it is
    assertThat(stage.coordinator.expectMessageClass(Waiting.class).forWhat()).isEqualTo("taps 2");
    assigner.tell(taps(2, false));
    expectDone(2);
    expectDone(3);
  }

  @Test
  void doubledFeaturesGiveTheSameConditionsAgain() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    trainSteps(assigner, 0, 4);
    assigner.tell(features(6));
    Conditions first = expectConditions(6);

    assigner.tell(features(6));

    assertThat(expectConditions(6)).isSameAs(first);
  }

  @Test
  void doubledFeaturesThatStillWaitGiveConditionsOnce() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    assigner.tell(features(6));
    assigner.tell(features(6));

    trainSteps(assigner, 0, 4);

    expectConditions(6);
    stage.trainer.expectNoMessage();
  }

  @Test
  void featuresOfAStepThatIsDoneAreOfNoUse() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    trainSteps(assigner, 0, 7);

    assigner.tell(features(6));

    stage.trainer.expectNoMessage();
  }

  @Test
  void featuresOfAnotherVersionThanTheSchedulesAreOfNoUse() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    trainSteps(assigner, 0, 5);

    TeacherFeatures given = features(6);
    assigner.tell(new TeacherFeatures(FIRST, 6, 5, given.features()));

    stage.trainer.expectNoMessage();
  }

  // Checkpoints.

  @Test
  void cutsWhereTheTapsAreMarked() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    trainSteps(assigner, 0, 2);

    assigner.tell(taps(2, true));
    assigner.tell(taps(3, false));

    expectHalf(3);
    assertThat(halves.half(3, Assigner.HALF))
        .contains(new MadeUpSequence(schedule).to(3).assignerHalf());
  }

  @Test
  void markerThatComesTwiceIsToldTwice() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    trainSteps(assigner, 0, 2);
    assigner.tell(taps(2, true));
    HalfSaved half = expectHalf(3);
    assigner.tell(taps(3, false));

    assigner.tell(taps(2, true));

    stage.checkpointer.expectMessage(half);
  }

  @Test
  void markerThatComesLateIsObeyedAtRestAndNotAfter() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    trainSteps(assigner, 0, 3);

    assigner.tell(taps(1, true));
    stage.checkpointer.expectNoMessage();
    assigner.tell(taps(2, true));

    expectHalf(3);
  }

  @Test
  void fullDiskLosesOneCheckpointAndNoStep() {
    halves.full(true);
    ActorRef<AssignerMessage> assigner = begun(spawn());
    assigner.tell(taps(0, true));
    expectDone(0);
    CheckpointFailed failed = stage.coordinator.expectMessageClass(CheckpointFailed.class);
    assertThat(failed.step()).isEqualTo(1);
    assertThat(failed.cause()).contains("assigner", "No space left on device");

    halves.full(false);
    assigner.tell(taps(1, true));

    expectDone(1);
    expectHalf(2);
  }

  @Test
  void resumesFromItsHalf() {
    MadeUpSequence untouched = new MadeUpSequence(schedule).to(8);
    halves.put(8, Assigner.HALF, untouched.assignerHalf());
    ActorRef<AssignerMessage> assigner = spawn();
    stage.coordinator.expectMessageClass(Idle.class);

    assigner.tell(stage.begin(SECOND, 8));
    stage.offer(halves);
    assertThat(stage.coordinator.expectMessageClass(Begun.class).step()).isEqualTo(8);
    assigner.tell(of(SECOND, features(11))); // by version 4, which is gone: in the checkpoint
    assigner.tell(of(SECOND, features(12)));
    assigner.tell(Translation.taps(SECOND, taps.get(8), new long[] {8}, true));

    assertThat(stage.trainer.expectMessageClass(Conditions.class).step()).isEqualTo(12);
    assertThat(stage.checkpointer.expectMessageClass(HalfSaved.class).step()).isEqualTo(9);
    assertThat(halves.half(9, Assigner.HALF)).contains(untouched.to(9).assignerHalf());
  }

  @Test
  void refusesACheckpointOfAnotherStep() {
    halves.put(8, Assigner.HALF, new MadeUpSequence(schedule).to(7).assignerHalf());
    ActorRef<AssignerMessage> assigner = spawn();
    stage.coordinator.expectMessageClass(Idle.class);

    assigner.tell(stage.begin(SECOND, 8));
    stage.offer(halves);

    assertThat(stage.coordinator.expectMessageClass(Idle.class).cause())
        .contains("starts at step 8, but the assigner half of step-8 is of step 7");
  }

  // Lineages and failures.

  @Test
  void newerLineageIgnoresWhatTheLaneStillDoesForTheOlder() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    gate.hold();
    assigner.tell(taps(0, true));

    assigner.tell(stage.begin(SECOND));
    gate.release();

    assertThat(stage.coordinator.expectMessageClass(Begun.class).lineage()).isEqualTo(SECOND);
    stage.coordinator.expectNoMessage();
    stage.checkpointer.expectNoMessage();
  }

  @Test
  void messagesOfAnOlderLineageAreDroppedAndCounted() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    assigner.tell(stage.begin(SECOND));
    stage.coordinator.expectMessageClass(Begun.class);

    assigner.tell(taps(0, false));
    assigner.tell(features(4));

    stage.coordinator.expectNoMessage();
    stage.expectDropped(Role.ASSIGNER, 2);
  }

  @Test
  void failedStepIsLoggedAndTheNextLifeRefusesTheLostLineage() {
    ActorRef<AssignerMessage> assigner = begun(spawn());
    trainSteps(assigner, 0, 2);
    gate.failNext(new IllegalStateException("device on fire"));

    stage.expectFailure(
        Role.ASSIGNER,
        "step=2 failures=1 cause=\"IllegalStateException: device on fire\"",
        () -> assigner.tell(taps(2, false)));
    assertThat(stage.coordinator.expectMessageClass(Idle.class).cause())
        .isEqualTo("IllegalStateException: device on fire");
    assigner.tell(stage.begin(FIRST));
    stage.tick();
    stage.coordinator.expectMessageClass(Idle.class);

    assigner.tell(stage.begin(SECOND));
    assertThat(stage.coordinator.expectMessageClass(Begun.class).lineage()).isEqualTo(SECOND);
  }

  private ActorRef<AssignerMessage> begun(ActorRef<AssignerMessage> assigner) {
    return begun(assigner, stage.begin(FIRST));
  }

  private void trainSteps(ActorRef<AssignerMessage> assigner, long from, long to) {
    for (long step = from; step < to; step++) {
      assigner.tell(taps(step, false));
      expectDone(step);
    }
  }

  private Taps taps(long step, boolean checkpoint) {
    return Translation.taps(FIRST, taps.get((int) step), new long[] {step}, checkpoint);
  }

  private TeacherFeatures features(long step) {
    return new TeacherFeatures(FIRST, step, schedule.version(step), sequence.features(step));
  }

  private static TeacherFeatures of(Lineage lineage, TeacherFeatures features) {
    return new TeacherFeatures(lineage, features.step(), features.version(), features.features());
  }

  private StepDone expectDone(long step) {
    StepDone done = stage.coordinator.expectMessageClass(StepDone.class);
    assertThat(done.step()).isEqualTo(step);
    return done;
  }

  private Conditions expectConditions(long step) {
    Conditions conditions = stage.trainer.expectMessageClass(Conditions.class);
    assertThat(Translation.conditions(conditions))
        .usingRecursiveComparison()
        .isEqualTo(sequence.conditions(step));
    return conditions;
  }

  private HalfSaved expectHalf(long step) {
    HalfSaved half = stage.checkpointer.expectMessageClass(HalfSaved.class);
    assertThat(half.step()).isEqualTo(step);
    assertThat(half.half()).isEqualTo(Assigner.HALF);
    return half;
  }
}
