package dev.gnomon.actors.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import dev.gnomon.actors.Translation;
import dev.gnomon.actors.stage.MadeUpImages;
import dev.gnomon.protocol.Admit;
import dev.gnomon.protocol.BatchRequest;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.FeaturesRequest;
import dev.gnomon.protocol.TeacherMessage;
import dev.gnomon.protocol.Waiting;
import dev.gnomon.protocol.WeightsPublished;
import dev.gnomon.protocol.WeightsRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The teacher where messages are lost, doubled or late. */
class TeacherMessagesTest extends TeacherStage {

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
}
