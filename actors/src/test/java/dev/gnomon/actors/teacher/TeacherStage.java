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
import dev.gnomon.protocol.Batch;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.TeacherFeatures;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.WeightsPublished;
import dev.gnomon.protocol.Wiring;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A stage with a teacher of made-up networks: 16 steps, 4 of them stage 1, P = 4, L = 4. */
abstract class TeacherStage {

  static final Lineage FIRST = Stage.FIRST;
  static final Lineage SECOND = Stage.SECOND;

  final Stage stage = new Stage();
  final Gate gate = Gate.open();
  final WeightRegistry registry = new WeightRegistry();
  final VersionSchedule schedule = Stage.training(Source.BOOTSTRAP, 16, 4, 4, 7).schedule();
  final MadeUpSequence sequence = new MadeUpSequence(schedule);

  @AfterEach
  void close() {
    stage.close();
    assertThat(gate.awaitClosed()).isTrue();
  }

  ActorRef<TeacherMessage> spawn() {
    return stage.spawn(
        Teacher.create(
            stage.identity(Role.TEACHER, false),
            new Teacher.Parts(schedule, () -> new MadeUpTeacher(gate), new InThisJvm(registry))));
  }

  ActorRef<TeacherMessage> begun(
      ActorRef<TeacherMessage> teacher, List<ActorRef<TeacherMessage>> before) {
    stage.coordinator.expectMessageClass(Idle.class);
    teacher.tell(begin(FIRST, teacher, before));
    stage.coordinator.expectMessageClass(Begun.class);
    return teacher;
  }

  Begin begin(
      Lineage lineage, ActorRef<TeacherMessage> teacher, List<ActorRef<TeacherMessage>> before) {
    return new Begin(lineage, stage.begin(lineage).start(), wiring(teacher, before));
  }

  Wiring wiring(ActorRef<TeacherMessage> teacher, List<ActorRef<TeacherMessage>> before) {
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

  void publish(ActorRef<TeacherMessage> teacher, long version) {
    sequence.to(Math.max(version, sequence.step()));
    registry.publish("run", 1, version, sequence.version(version));
    teacher.tell(new WeightsPublished(FIRST, version, "registry", ""));
  }

  void makeSteps(ActorRef<TeacherMessage> teacher, long from, long to) {
    for (long step = from; step < to; step++) {
      teacher.tell(batch(step));
      expectFeatures(step);
    }
  }

  TeacherFeatures expectFeatures(long step) {
    TeacherFeatures features = stage.assigner.expectMessageClass(TeacherFeatures.class);
    assertThat(features.step()).isEqualTo(step);
    assertThat(features.version()).isEqualTo(schedule.version(step));
    assertThat(features.features()).containsExactly(sequence.features(step));
    return features;
  }

  static Batch batch(long step) {
    return Translation.batch(FIRST, MadeUpImages.images(step));
  }
}
