package dev.gnomon.actors.checkpointer;

import static dev.gnomon.actors.checkpointer.CheckpointerStage.half;
import static dev.gnomon.actors.stage.Stage.FIRST;
import static dev.gnomon.actors.stage.Stage.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.NewestFound;
import dev.gnomon.protocol.NewestRequest;
import dev.gnomon.protocol.NewestUnknown;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.SkippedCheckpoint;
import dev.gnomon.protocol.Start;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose checkpoints a checkpointer writes: those of the lineage that goes on, and no other. */
class CheckpointerLineageTest {

  private final CheckpointerStage own = new CheckpointerStage();
  private final Stage stage = own.stage;
  private final MadeUpCheckpointFiles files = own.files;
  private final ActorRef<CheckpointerMessage> checkpointer = own.checkpointer;

  @AfterEach
  void close() {
    own.close();
  }

  @Test
  void saysThatItIsIdleUntilItBegins() {
    stage.tick();
    assertThat(stage.coordinator.expectMessageClass(Idle.class).cause()).isEmpty();
    own.begin();
    stage.tick();
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void aCheckpointNamesTheStepsBeforeItThatTrainedNothing() throws Exception {
    Skipped before = new Skipped(3, "NaN");
    Begin begin = stage.begin(FIRST);
    checkpointer.tell(
        new Begin(
            FIRST,
            new Start(0, "", List.of(), List.of(before, new Skipped(4, "NaN"))),
            begin.wiring()));
    own.halves(4);
    assertThat(own.committed().skipped()).containsExactly(before);
  }

  @Test
  void theLedgerNamesTheLineagesBeforeToo() throws Exception {
    checkpointer.tell(stage.begin(SECOND, 4));
    stage.coordinator.expectMessageClass(Begun.class);
    checkpointer.tell(half(SECOND, 8, "trunk"));
    checkpointer.tell(half(SECOND, 8, "assigner"));
    assertThat(own.committed().ledger())
        .containsExactly(new Segment(1, 0, 4), new Segment(2, 4, 8));
  }

  @Test
  void whatIsStillComingWhenItsLineageEndsIsNotWaitedFor() throws Exception {
    own.begin();
    files.way.drainPermits();
    own.halves(4);
    checkpointer.tell(stage.begin(SECOND));
    stage.coordinator.expectMessageClass(Begun.class);
    checkpointer.tell(half(SECOND, 8, "trunk"));
    checkpointer.tell(half(SECOND, 8, "assigner"));
    assertThat(files.unwanted.poll(5, TimeUnit.SECONDS)).isEqualTo(4);
    files.way.release(1);
    CheckpointWritten written = stage.coordinator.expectMessageClass(CheckpointWritten.class);
    assertThat(written.lineage()).isEqualTo(SECOND);
    assertThat(own.committed().step()).isEqualTo(8);
    assertThat(files.commits).isEmpty();
  }

  @Test
  void theNewestCheckpointIsToldToACoordinatorBeforeALineageBegins() {
    checkpointer.tell(new NewestRequest(77, 0, stage.coordinator.ref()));
    NewestFound found = stage.coordinator.expectMessageClass(NewestFound.class);
    assertThat(found)
        .isEqualTo(
            new NewestFound(
                77,
                "",
                7,
                new Start(4, "step-4", List.of(new Segment(1, 0, 4))),
                "digest-4",
                List.of(new SkippedCheckpoint("step-8", "is damaged"))));
    files.broken = true;
    checkpointer.tell(new NewestRequest(78, 0, stage.coordinator.ref()));
    NewestUnknown unknown = stage.coordinator.expectMessageClass(NewestUnknown.class);
    assertThat(unknown.question()).isEqualTo(78);
    assertThat(unknown.cause()).contains("not permitted");
  }

  @Test
  void nothingOfALineageIsCommittedOnceItsCoordinatorLooksForAnother() throws Exception {
    own.begin();
    checkpointer.tell(new NewestRequest(77, 1, stage.coordinator.ref()));
    assertThat(stage.coordinator.expectMessageClass(NewestFound.class).run()).isEqualTo("run");
    own.halves(4);
    assertThat(stage.coordinator.expectMessageClass(CheckpointFailed.class).cause())
        .contains("lineage 1 is over");
    assertThat(files.commits).isEmpty();
  }

  @Test
  void nothingOfALineageIsCommittedOnceAnotherCoordinatorHasCome() {
    own.begin();
    checkpointer.tell(
        new NewestRequest(77, 0, stage.kit.<CoordinatorMessage>createTestProbe().ref()));
    own.halves(4);
    stage.coordinator.expectMessageClass(CheckpointFailed.class);
    assertThat(files.commits).isEmpty();
  }

  @Test
  void aLineageIsAdoptedBeforeItBegins() throws Exception {
    own.begin();
    assertThat(files.adopted.poll(5, TimeUnit.SECONDS)).isEqualTo(1);
    files.taken = true;
    checkpointer.tell(stage.begin(SECOND));
    assertThat(stage.coordinator.expectMessageClass(Idle.class).cause())
        .contains("another process has taken over");
  }

  @Test
  void whatIsOfAnotherLineageIsDropped() {
    checkpointer.tell(stage.begin(SECOND));
    stage.coordinator.expectMessageClass(Begun.class);
    own.halves(4);
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
    assertThat(files.commits).isEmpty();
  }

  @Test
  void aRollbackWhileACheckpointIsWrittenForgetsItsResult() {
    own.begin();
    files.gate.drainPermits();
    own.halves(4);
    checkpointer.tell(half(FIRST, 8, "trunk"));
    checkpointer.tell(stage.begin(SECOND));
    files.gate.release(1000);
    stage.coordinator.expectMessageClass(Begun.class);
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
    checkpointer.tell(half(SECOND, 8, "assigner"));
    stage.coordinator.expectNoMessage(Duration.ofMillis(50)); // the other half was of the first
    checkpointer.tell(half(SECOND, 8, "trunk"));
    assertThat(stage.coordinator.expectMessageClass(CheckpointWritten.class).lineage())
        .isEqualTo(SECOND);
  }

  @Test
  void anOlderBeginAndAHaltedLineageDoNothing() {
    checkpointer.tell(stage.begin(SECOND));
    stage.coordinator.expectMessageClass(Begun.class);
    checkpointer.tell(stage.begin(FIRST));
    checkpointer.tell(new Halt(SECOND));
    checkpointer.tell(half(SECOND, 4, "trunk"));
    checkpointer.tell(half(SECOND, 4, "assigner"));
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void beginningTheSameLineageAgainKeepsWhatIsThere() {
    own.begin();
    checkpointer.tell(half(FIRST, 4, "trunk"));
    checkpointer.tell(stage.begin(FIRST));
    stage.coordinator.expectMessageClass(Begun.class);
    checkpointer.tell(half(FIRST, 4, "assigner"));
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
  }
}
