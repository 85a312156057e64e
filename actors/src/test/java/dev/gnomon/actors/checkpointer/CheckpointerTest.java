package dev.gnomon.actors.checkpointer;

import static dev.gnomon.actors.checkpointer.CheckpointerStage.half;
import static dev.gnomon.actors.stage.Stage.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CheckpointAbandoned;
import dev.gnomon.protocol.CheckpointComing;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.CheckpointOffered;
import dev.gnomon.protocol.CheckpointRequest;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.CheckpointsInUse;
import dev.gnomon.protocol.SavedFile;
import dev.gnomon.protocol.ScoreKnown;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * How two halves become a checkpoint, and what becomes of those that are not wanted or can not be
 * kept.
 */
class CheckpointerTest {

  private final CheckpointerStage own = new CheckpointerStage();
  private final Stage stage = own.stage;
  private final MadeUpCheckpointFiles files = own.files;
  private final ActorRef<CheckpointerMessage> checkpointer = own.checkpointer;

  @AfterEach
  void close() {
    own.close();
  }

  @Test
  void bothHalvesMakeACheckpointInEitherOrder() throws Exception {
    own.begin();
    own.halves(4);
    CheckpointWritten written = stage.coordinator.expectMessageClass(CheckpointWritten.class);
    assertThat(written.lineage()).isEqualTo(FIRST);
    assertThat(written.step()).isEqualTo(4);
    assertThat(written.directory()).isEqualTo("step-4");
    assertThat(written.digest()).isEqualTo("digest-4");
    assertThat(written.bytes()).isEqualTo(7);
    CheckpointFiles.Halves commit = own.committed();
    assertThat(commit.files()).extracting(SavedFile::name).hasSize(2);
    assertThat(commit.ledger()).containsExactly(new Segment(1, 0, 4));
    checkpointer.tell(half(FIRST, 8, "assigner"));
    checkpointer.tell(half(FIRST, 8, "trunk"));
    assertThat(stage.coordinator.expectMessageClass(CheckpointWritten.class).step()).isEqualTo(8);
  }

  @Test
  void withoutAnAssignerTheTrunkAloneIsACheckpoint() {
    ActorRef<CheckpointerMessage> alone = own.create(Source.LABELS);
    alone.tell(stage.begin(FIRST));
    stage.coordinator.expectMessageClass(Begun.class);
    alone.tell(half(FIRST, 4, "assigner"));
    alone.tell(half(FIRST, 4, "trunk"));
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
  }

  @Test
  void aHalfThatComesTwiceIsOneHalf() {
    own.begin();
    checkpointer.tell(half(FIRST, 4, "trunk"));
    checkpointer.tell(half(FIRST, 4, "trunk"));
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
    assertThat(files.commits).isEmpty();
  }

  @Test
  void aHalfThatComesAgainWhileItIsWrittenIsNotWrittenTwice() throws Exception {
    own.begin();
    files.gate.drainPermits();
    own.halves(4);
    own.halves(4);
    files.gate.release(1000);
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
    assertThat(files.commits).hasSize(1);
  }

  @Test
  void aHalfThatIsToldAgainAfterwardsGetsTheSameAnswer() {
    own.begin();
    own.halves(4);
    var first = stage.coordinator.expectMessageClass(CheckpointWritten.class);
    checkpointer.tell(half(FIRST, 4, "trunk")); // the answer was lost
    assertThat(stage.coordinator.expectMessageClass(CheckpointWritten.class)).isEqualTo(first);
    assertThat(files.commits).hasSize(1);
  }

  @Test
  void saysForWhichHalfItWaits() {
    own.begin();
    checkpointer.tell(half(FIRST, 4, "trunk"));
    stage.tick();
    stage.tick();
    Waiting waiting = stage.coordinator.expectMessageClass(Waiting.class);
    assertThat(waiting.forWhat()).isEqualTo("the assigner half of checkpoint 4");
    assertThat(waiting.step()).isEqualTo(4);
  }

  @Test
  void aDiskThatIsFullFailsTheCheckpointAndNotTheNext() {
    own.begin();
    files.full = true;
    own.halves(4);
    CheckpointFailed failed = stage.coordinator.expectMessageClass(CheckpointFailed.class);
    assertThat(failed.step()).isEqualTo(4);
    assertThat(failed.cause()).contains("no space left");
    files.full = false;
    own.halves(8);
    assertThat(stage.coordinator.expectMessageClass(CheckpointWritten.class).step()).isEqualTo(8);
    own.halves(4);
    assertThat(stage.coordinator.expectMessageClass(CheckpointWritten.class).step()).isEqualTo(4);
  }

  @Test
  void aCheckpointThatIsAbandonedIsForgottenAndItsFilesAreRemoved() throws Exception {
    own.begin();
    checkpointer.tell(half(FIRST, 4, "trunk"));
    checkpointer.tell(new CheckpointAbandoned(FIRST, 4));
    assertThat(files.abandoned.poll(5, TimeUnit.SECONDS)).isEqualTo(4);
    checkpointer.tell(half(FIRST, 4, "assigner"));
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void aCheckpointThatIsWrittenCanNotBeAbandoned() {
    own.begin();
    files.gate.drainPermits();
    own.halves(4);
    checkpointer.tell(new CheckpointAbandoned(FIRST, 4));
    files.gate.release(1000);
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
    checkpointer.tell(new CheckpointAbandoned(FIRST, 4));
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
    assertThat(files.abandoned).isEmpty();
  }

  @Test
  void prunesOnlyOnceItKnowsWhatIsInUse() throws Exception {
    own.begin();
    own.halves(4);
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
    assertThat(files.prunes.poll(50, TimeUnit.MILLISECONDS)).isNull();
    checkpointer.tell(new ScoreKnown(FIRST, 4, 2.5));
    LoggingTestKit.info("event=checkpoint-pruned actor=checkpointer step=1")
        .withLoggerName("gnomon.supervision")
        .expect(
            stage.kit.system(),
            () -> {
              checkpointer.tell(new CheckpointsInUse(FIRST, List.of(4L)));
              return null;
            });
    var pruned = files.prunes.poll(5, TimeUnit.SECONDS);
    assertThat(pruned.getKey()).isEqualTo(Map.of(4L, 2.5));
    assertThat(pruned.getValue()).containsExactly(4L);
    checkpointer.tell(new CheckpointsInUse(FIRST, List.of(4L)));
    assertThat(files.prunes.poll(50, TimeUnit.MILLISECONDS)).isNull();
    checkpointer.tell(new CheckpointsInUse(FIRST, List.of()));
    assertThat(files.prunes.poll(5, TimeUnit.SECONDS).getValue()).isEmpty();
  }

  @Test
  void aCheckpointThatCanNotBePrunedIsALineAndNoFailure() {
    own.begin();
    files.broken = true;
    LoggingTestKit.warn("event=checkpointer-trouble actor=checkpointer while=prune")
        .withLoggerName("gnomon.supervision")
        .expect(
            stage.kit.system(),
            () -> {
              checkpointer.tell(new CheckpointsInUse(FIRST, List.of()));
              return null;
            });
    own.halves(4);
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
  }

  @Test
  void aHalfThatCanNotBeFetchedFailsItsCheckpointAndNotTheNext() {
    own.begin();
    files.gone = true;
    own.halves(4);
    CheckpointFailed failed = stage.coordinator.expectMessageClass(CheckpointFailed.class);
    assertThat(failed.step()).isEqualTo(4);
    assertThat(failed.cause())
        .isEqualTo(
            "it could not be committed: the trunk did not come from there: Connection refused");
    assertThat(files.commits).isEmpty();
    files.gone = false;
    own.halves(8);
    assertThat(stage.coordinator.expectMessageClass(CheckpointWritten.class).step()).isEqualTo(8);
  }

  @Test
  void saysThatHalvesAreStillComingAndAnswersMeanwhile() {
    own.begin();
    files.way.drainPermits();
    own.halves(4);
    stage.tick();
    assertThat(stage.coordinator.expectMessageClass(CheckpointComing.class))
        .isEqualTo(new CheckpointComing(FIRST, 4, 0));
    TestProbe<CheckpointOffered> reader = stage.kit.createTestProbe();
    checkpointer.tell(new CheckpointRequest(FIRST, 4, reader.ref()));
    reader.expectMessageClass(CheckpointOffered.class);
    files.way.release(1000);
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
    stage.tick();
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void aCheckpointIsOfferedToWhoeverReadsIt() {
    own.begin();
    TestProbe<CheckpointOffered> reader = stage.kit.createTestProbe();
    checkpointer.tell(new CheckpointRequest(FIRST, 4, reader.ref()));
    reader.expectMessage(
        new CheckpointOffered(
            FIRST, 4, "step-4", "there", List.of(new SavedFile("trunk.safetensors", 3, "aa"))));
    checkpointer.tell(new CheckpointRequest(FIRST, 12, reader.ref()));
    assertThat(reader.expectMessageClass(CheckpointOffered.class).files()).isEmpty();
  }
}
