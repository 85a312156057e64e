package dev.gnomon.actors.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.gnomon.actors.CheckpointHalves;
import dev.gnomon.actors.Translation;
import dev.gnomon.actors.stage.Gate;
import dev.gnomon.actors.stage.MadeUpImages;
import dev.gnomon.actors.stage.MadeUpSequence;
import dev.gnomon.actors.stage.MadeUpTrunk;
import dev.gnomon.actors.stage.MemoryHalves;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.actors.transfer.InThisJvm;
import dev.gnomon.model.checkpoint.WeightRegistry;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.Batch;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.Conditions;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.StepDone;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.TrainerMessage;
import dev.gnomon.protocol.WeightsPublished;
import dev.gnomon.protocol.Wiring;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;

/** A stage with a trainer of made-up networks: 16 steps, 4 of them stage 1, P = 4, L = 4. */
abstract class TrainerStage {

  static final Lineage FIRST = Stage.FIRST;
  static final Lineage SECOND = Stage.SECOND;

  final Stage stage = new Stage();
  final Gate gate = Gate.open();
  final MemoryHalves halves = new MemoryHalves();
  final WeightRegistry registry = new WeightRegistry();
  TrainingSettings training = Stage.training(Source.BOOTSTRAP, 16, 4, 4, 7);
  MadeUpSequence sequence = new MadeUpSequence(training.schedule());

  @AfterEach
  void close() {
    stage.close();
    assertThat(gate.awaitClosed()).isTrue();
  }

  ActorRef<TrainerMessage> spawn() {
    return spawn(() -> new MadeUpTrunk(gate), halves);
  }

  ActorRef<TrainerMessage> spawn(Callable<TrunkWork> opening, CheckpointHalves halves) {
    return stage.spawn(
        Trainer.create(
            stage.identity(Role.TRAINER, true),
            new Trainer.Parts(training, opening, halves, new InThisJvm(registry))));
  }

  ActorRef<TrainerMessage> begun(ActorRef<TrainerMessage> trainer) {
    stage.coordinator.expectMessageClass(Idle.class);
    trainer.tell(stage.begin(FIRST));
    Begun begun = stage.coordinator.expectMessageClass(Begun.class);
    assertThat(begun.step()).isZero();
    return trainer;
  }

  void admit(ActorRef<TrainerMessage> trainer) {
    trainer.tell(new Admit(FIRST, training.steps()));
  }

  /** Gives all that the steps from {@code from} up to {@code to} need; gives the last report. */
  StepDone trainSteps(ActorRef<TrainerMessage> trainer, long from, long to) {
    StepDone last = null;
    for (long step = from; step < to; step++) {
      trainer.tell(new Admit(FIRST, step + 1));
      trainer.tell(batch(step));
      if (training.schedule().guided(step)) {
        trainer.tell(conditions(step));
      }
      last = expectDone(step, sequence.next().loss());
    }
    trainer.tell(new Admit(FIRST, Math.min(training.steps(), to + 1)));
    return last;
  }

  Batch batch(long step) {
    return Translation.batch(FIRST, MadeUpImages.images(step));
  }

  Conditions conditions(long step) {
    return Translation.conditions(FIRST, sequence.conditions(step));
  }

  Begin rewired(
      List<ActorRef<TeacherMessage>> teachers, TestProbe<CheckpointerMessage> checkpointer) {
    Begin begin = stage.begin(FIRST);
    Wiring old = begin.wiring();
    return new Begin(
        FIRST,
        begin.start(),
        new Wiring(
            old.coordinator(),
            old.loaders(),
            old.trainers(),
            teachers,
            old.assigners(),
            List.of(checkpointer.getRef()),
            List.of(),
            List.of()));
  }

  StepDone expectDone() {
    return stage.coordinator.expectMessageClass(StepDone.class);
  }

  StepDone expectDone(long step, double loss) {
    StepDone done = expectDone();
    assertThat(done.step()).isEqualTo(step);
    assertThat(done.measures()).containsEntry("loss", loss);
    return done;
  }

  void expectPublished(long version) {
    assertThat(stage.teacher.expectMessageClass(WeightsPublished.class).version())
        .isEqualTo(version);
  }

  static HalfSaved expectHalf(TestProbe<CheckpointerMessage> checkpointer, long step) {
    HalfSaved half = checkpointer.expectMessageClass(HalfSaved.class);
    assertThat(half.step()).isEqualTo(step);
    assertThat(half.half()).isEqualTo(Trainer.HALF);
    assertThat(half.files()).hasSize(1);
    return half;
  }

  void expectFailure(String line, Runnable doing) {
    stage.expectFailure(Role.TRAINER, line, doing);
  }
}
