package dev.gnomon.actors.assigner;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import dev.gnomon.actors.stage.Gate;
import dev.gnomon.actors.stage.MadeUpAssigner;
import dev.gnomon.actors.stage.MadeUpSequence;
import dev.gnomon.actors.stage.MemoryHalves;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.model.training.VersionSchedule;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.Role;
import org.junit.jupiter.api.AfterEach;

/** A stage with an assigner of made-up networks: 16 steps, 4 of them stage 1, P = 4, L = 4. */
abstract class AssignerStage {

  static final Lineage FIRST = Stage.FIRST;
  static final Lineage SECOND = Stage.SECOND;

  final Stage stage = new Stage();
  final Gate gate = Gate.open();
  final MemoryHalves halves = new MemoryHalves();
  final VersionSchedule schedule = Stage.training(Source.BOOTSTRAP, 16, 4, 4, 7).schedule();
  final MadeUpSequence sequence = new MadeUpSequence(schedule);

  @AfterEach
  void close() {
    stage.close();
    assertThat(gate.awaitClosed()).isTrue();
  }

  ActorRef<AssignerMessage> spawn() {
    return stage.spawn(
        Assigner.create(
            stage.identity(Role.ASSIGNER, true),
            new Assigner.Parts(schedule, () -> new MadeUpAssigner(gate, schedule), halves)));
  }

  ActorRef<AssignerMessage> begun(ActorRef<AssignerMessage> assigner, Begin begin) {
    stage.coordinator.expectMessageClass(Idle.class);
    assigner.tell(begin);
    stage.coordinator.expectMessageClass(Begun.class);
    return assigner;
  }
}
