package dev.gnomon.actors.assigner;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import dev.gnomon.actors.Translation;
import dev.gnomon.model.training.NonFiniteLossException;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.Conditions;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.LossNotFinite;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.StepDone;
import dev.gnomon.protocol.Taps;
import dev.gnomon.protocol.TeacherFeatures;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The assigner where a loss is not finite, and where a step is left out. */
class AssignerLossTest extends AssignerStage {

  private ActorRef<AssignerMessage> begun(Begin begin) {
    return begun(spawn(), begin);
  }

  /** Trains the trunk's next step and gives its taps. */
  private Taps taps() {
    long step = sequence.step();
    return Translation.taps(
        FIRST, sequence.next().taps().orElseThrow(), new long[] {70 + step}, false);
  }

  private StepDone train(ActorRef<AssignerMessage> assigner, long to) {
    StepDone done = null;
    while (sequence.step() < to) {
      assigner.tell(taps());
      done = stage.coordinator.expectMessageClass(StepDone.class);
    }
    return done;
  }

  private void expectNotFinite(long step) {
    LossNotFinite said = stage.coordinator.expectMessageClass(LossNotFinite.class);
    assertThat(said.lineage()).isEqualTo(FIRST);
    assertThat(said.role()).isEqualTo(Role.ASSIGNER);
    assertThat(said.step()).isEqualTo(step);
    assertThat(said.cause()).startsWith("the assigner's loss is Infinity at step " + step);
    assertThat(said.images()).containsExactly(70 + step);
  }

  private void fail(ActorRef<AssignerMessage> assigner) {
    long step = sequence.step();
    gate.failNext(new NonFiniteLossException("assigner", step, Double.POSITIVE_INFINITY));
    assigner.tell(taps());
    expectNotFinite(step);
  }

  @Test
  void saysAtEachTickThatALossIsNotFiniteAndTakesNoFurtherStep() {
    ActorRef<AssignerMessage> assigner = begun(stage.begin(FIRST));
    train(assigner, 5);
    fail(assigner);
    assigner.tell(taps());

    for (int tick = 0; tick < 3; tick++) {
      stage.tick();
      assertThat(stage.coordinator.expectMessageClass(StepDone.class).step()).isEqualTo(4);
      expectNotFinite(5);
    }

    stage.coordinator.expectNoMessage();
  }

  @Test
  void makesTheConditionsOfVersionsBeforeThatStepAndNoOthers() {
    ActorRef<AssignerMessage> assigner = begun(stage.begin(FIRST));
    train(assigner, 7);
    fail(assigner); // at step 7, so that there will be no version 8
    float[] features = sequence.features(11);

    assigner.tell(new TeacherFeatures(FIRST, 12, 8, features));
    assigner.tell(new TeacherFeatures(FIRST, 11, 4, features));

    assertThat(stage.trainer.expectMessageClass(Conditions.class).step()).isEqualTo(11);
    stage.trainer.expectNoMessage();
    stage.coordinator.expectNoMessage();
  }

  @Test
  void goesOnInTheNextLineageAsIfNothingHadBeen() {
    ActorRef<AssignerMessage> assigner = begun(stage.begin(FIRST));
    train(assigner, 3);
    fail(assigner);

    assigner.tell(stage.beginWithout(SECOND, 3));

    Begun begun = stage.coordinator.expectMessageClass(Begun.class);
    assertThat(begun.lineage()).isEqualTo(SECOND);
    stage.tick();
    assertThat(stage.coordinator.expectMessageClass(Begun.class)).isEqualTo(begun);
    stage.coordinator.expectNoMessage();
  }

  @Test
  void aStepThatIsLeftOutIsDoneWithoutMeasuresAndMayBeTheLastBeforeACheckpoint() {
    ActorRef<AssignerMessage> assigner = begun(stage.beginWithout(FIRST, 7));
    train(assigner, 7);

    assigner.tell(Taps.none(FIRST, 7, true));

    StepDone done = stage.coordinator.expectMessageClass(StepDone.class);
    assertThat(done.step()).isEqualTo(7);
    assertThat(done.measures()).isEqualTo(Map.of());
    assertThat(stage.checkpointer.expectMessageClass(HalfSaved.class).step()).isEqualTo(8);
    sequence.skip();
    assertThat(halves.half(8, Assigner.HALF)).contains(sequence.assignerHalf());
    assigner.tell(new TeacherFeatures(FIRST, 12, 8, sequence.features(12)));
    assertThat(stage.trainer.expectMessageClass(Conditions.class).version()).isEqualTo(8);
    assertThat(train(assigner, 9).measures()).containsKey("sinkhorn_loss");
  }
}
