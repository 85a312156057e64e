package dev.gnomon.actors.loader;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.gnomon.actors.stage.Gate;
import dev.gnomon.actors.stage.MadeUpImages;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.protocol.Batch;
import dev.gnomon.protocol.BatchRequest;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.LoaderMessage;
import dev.gnomon.protocol.ReferenceImages;
import dev.gnomon.protocol.ReferenceRequest;
import dev.gnomon.protocol.Role;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DataLoaderTest {

  private static final Lineage FIRST = Stage.FIRST;
  private static final Lineage SECOND = Stage.SECOND;

  private final Stage stage = new Stage();
  private final Gate gate = Gate.open();
  private final TestProbe<Batch> trainer = stage.kit.createTestProbe();
  private final TestProbe<Batch> teacher = stage.kit.createTestProbe();
  private final TestProbe<ReferenceImages> evaluator = stage.kit.createTestProbe();

  @AfterEach
  void close() {
    stage.close();
    assertThat(gate.awaitClosed()).isTrue();
  }

  @Test
  void saysAtEachTickThatItIsIdle() {
    spawn();

    for (int tick = 0; tick < 3; tick++) {
      assertThat(stage.coordinator.expectMessageClass(Idle.class).role()).isEqualTo(Role.DATA);
      stage.tick();
    }
  }

  @Test
  void givesTheBatchOfAStep() {
    ActorRef<LoaderMessage> loader = begun(spawn());

    loader.tell(new BatchRequest(FIRST, 5, trainer.getRef()));

    Batch batch = trainer.receiveMessage();
    assertThat(batch.lineage()).isEqualTo(FIRST);
    assertThat(batch.step()).isEqualTo(5);
    assertThat(batch.pixels()).containsExactly(MadeUpImages.images(5).pixels());
  }

  @Test
  void givesBlocksOfTheReferenceSelection() {
    ActorRef<LoaderMessage> loader = begun(spawn());

    loader.tell(new ReferenceRequest(FIRST, 3, evaluator.getRef()));

    ReferenceImages images = evaluator.receiveMessage();
    assertThat(images.block()).isEqualTo(3);
    assertThat(images.ids()).containsExactly(MadeUpImages.images(1003).ids());
  }

  @Test
  void requestBeforeBeginIsAnsweredAfterIt() {
    ActorRef<LoaderMessage> loader = spawn();
    stage.coordinator.expectMessageClass(Idle.class);

    loader.tell(new BatchRequest(FIRST, 0, trainer.getRef()));
    trainer.expectNoMessage();
    loader.tell(stage.begin(FIRST));

    assertThat(trainer.receiveMessage().step()).isZero();
  }

  @Test
  void readsABatchOnceForAllWhoAsk() {
    ActorRef<LoaderMessage> loader = begun(spawn());
    gate.hold();
    loader.tell(new BatchRequest(FIRST, 5, trainer.getRef()));
    loader.tell(new BatchRequest(FIRST, 5, trainer.getRef())); // doubled
    loader.tell(new BatchRequest(FIRST, 5, teacher.getRef()));

    gate.release();

    Batch batch = trainer.receiveMessage();
    assertThat(teacher.receiveMessage()).isSameAs(batch);
    trainer.expectNoMessage();
    loader.tell(new BatchRequest(FIRST, 5, trainer.getRef())); // the answer was lost
    assertThat(trainer.receiveMessage()).isSameAs(batch);
  }

  @Test
  void answersWhileItsLaneReads() {
    ActorRef<LoaderMessage> loader = begun(spawn());
    loader.tell(new BatchRequest(FIRST, 0, trainer.getRef()));
    trainer.receiveMessage();
    gate.hold();
    loader.tell(new BatchRequest(FIRST, 1, trainer.getRef()));

    loader.tell(new BatchRequest(FIRST, 0, teacher.getRef()));

    assertThat(teacher.receiveMessage().step()).isZero();
    gate.release();
    assertThat(trainer.receiveMessage().step()).isEqualTo(1);
  }

  @Test
  void newerLineageGivesBatchesOfItsOwn() {
    ActorRef<LoaderMessage> loader = begun(spawn());
    loader.tell(new BatchRequest(FIRST, 0, trainer.getRef()));
    trainer.receiveMessage();
    gate.hold();
    loader.tell(new BatchRequest(FIRST, 1, trainer.getRef()));

    loader.tell(stage.begin(SECOND));
    gate.release();
    stage.coordinator.expectMessageClass(Begun.class);
    trainer.expectNoMessage();

    loader.tell(new BatchRequest(SECOND, 0, trainer.getRef()));
    gate.release();
    assertThat(trainer.receiveMessage().lineage()).isEqualTo(SECOND);
  }

  @Test
  void rewiringIsAcknowledged() {
    ActorRef<LoaderMessage> loader = begun(spawn());

    loader.tell(stage.begin(FIRST));

    stage.coordinator.expectMessageClass(Begun.class);
  }

  @Test
  void haltedLoaderAnswersNobody() {
    ActorRef<LoaderMessage> loader = begun(spawn());

    loader.tell(new Halt(FIRST));
    loader.tell(new BatchRequest(FIRST, 0, trainer.getRef()));
    stage.tick();

    trainer.expectNoMessage();
    stage.coordinator.expectNoMessage();
  }

  @Test
  void requestsOfAnOlderLineageAreDroppedAndCounted() {
    ActorRef<LoaderMessage> loader = begun(spawn());
    loader.tell(stage.begin(SECOND));
    stage.coordinator.expectMessageClass(Begun.class);

    loader.tell(new BatchRequest(FIRST, 0, trainer.getRef()));
    loader.tell(new ReferenceRequest(FIRST, 0, evaluator.getRef()));

    trainer.expectNoMessage();
    stage.expectDropped(Role.DATA, 2);
  }

  @Test
  void failureIsLoggedAndTheNextLifeJoinsTheSameLineage() {
    ActorRef<LoaderMessage> loader = begun(spawn());
    gate.failNext(new UncheckedIOException("the disk is gone", new java.io.IOException()));

    stage.expectFailure(
        Role.DATA,
        "step=7 failures=1 cause=\"UncheckedIOException: the disk is gone\"",
        () -> loader.tell(new BatchRequest(FIRST, 7, trainer.getRef())));

    begun(loader);
    loader.tell(new BatchRequest(FIRST, 7, trainer.getRef()));
    assertThat(trainer.receiveMessage().step()).isEqualTo(7);
  }

  @Test
  void choosesTheNextLoaderAfterAnAttemptWithoutAnswer() {
    TestProbe<LoaderMessage> other = stage.kit.createTestProbe();
    List<ActorRef<LoaderMessage>> loaders = List.of(stage.loader.getRef(), other.getRef());

    assertThat(LoaderChoice.of(loaders, 1)).contains(stage.loader.getRef());
    assertThat(LoaderChoice.of(loaders, 2)).contains(other.getRef());
    assertThat(LoaderChoice.of(loaders, 3)).contains(stage.loader.getRef());
    assertThat(LoaderChoice.of(List.of(), 1)).isEmpty();
  }

  private ActorRef<LoaderMessage> spawn() {
    return stage.spawn(
        DataLoader.create(stage.identity(Role.DATA, false), () -> new MadeUpImages(gate)));
  }

  private ActorRef<LoaderMessage> begun(ActorRef<LoaderMessage> loader) {
    stage.coordinator.expectMessageClass(Idle.class);
    loader.tell(stage.begin(FIRST));
    stage.coordinator.expectMessageClass(Begun.class);
    return loader;
  }
}
