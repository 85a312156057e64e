package dev.gnomon.actors.checkpointer;

import static dev.gnomon.actors.stage.Stage.FIRST;
import static dev.gnomon.actors.stage.Stage.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.typed.ActorRef;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CheckpointAbandoned;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.CheckpointsInUse;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.SavedFile;
import dev.gnomon.protocol.ScoreKnown;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckpointerTest {

  /** A disk that remembers what it was asked for, and fails or waits when told to. */
  private static final class MadeUpFiles implements CheckpointFiles {
    final BlockingQueue<Halves> commits = new LinkedBlockingQueue<>();
    final BlockingQueue<Long> abandoned = new LinkedBlockingQueue<>();
    final BlockingQueue<Map.Entry<Map<Long, Double>, Set<Long>>> prunes =
        new LinkedBlockingQueue<>();
    final Semaphore gate = new Semaphore(1000);
    volatile boolean full;
    volatile boolean broken;

    @Override
    public Written commit(Halves halves) throws IOException {
      gate.acquireUninterruptibly();
      commits.add(halves);
      if (full) {
        throw new IOException("no space left");
      }
      return new Written("step-" + halves.step(), "digest-" + halves.step(), 7);
    }

    @Override
    public void abandon(long step, long lineage) {
      abandoned.add(step);
    }

    @Override
    public void tidy() {}

    @Override
    public List<Long> prune(long lineage, long start, Map<Long, Double> scores, Set<Long> inUse)
        throws IOException {
      if (broken) {
        throw new IOException("not permitted");
      }
      prunes.add(Map.entry(scores, inUse));
      return List.of(1L);
    }
  }

  private final Stage stage = new Stage();
  private final MadeUpFiles files = new MadeUpFiles();
  private ActorRef<CheckpointerMessage> checkpointer;

  @BeforeEach
  void open() {
    checkpointer =
        stage.spawn(
            Checkpointer.create(stage.identity(Role.CHECKPOINTER, false), Source.BOOTSTRAP, files));
    stage.coordinator.expectMessageClass(Idle.class);
  }

  @AfterEach
  void close() {
    files.gate.release(1000);
    stage.close();
  }

  private void begin() {
    checkpointer.tell(stage.begin(FIRST));
    assertThat(stage.coordinator.expectMessageClass(Begun.class).role())
        .isEqualTo(Role.CHECKPOINTER);
  }

  private static HalfSaved half(Lineage lineage, long step, String half) {
    return new HalfSaved(
        lineage, step, half, List.of(new SavedFile(half + ".safetensors", 3, "aa")), Map.of());
  }

  private void halves(long step) {
    checkpointer.tell(half(FIRST, step, "trunk"));
    checkpointer.tell(half(FIRST, step, "assigner"));
  }

  private CheckpointFiles.Halves committed() throws InterruptedException {
    return files.commits.poll(5, TimeUnit.SECONDS);
  }

  @Test
  void saysThatItIsIdleUntilItBegins() {
    stage.tick();
    assertThat(stage.coordinator.expectMessageClass(Idle.class).cause()).isEmpty();
    begin();
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
    halves(4);
    assertThat(committed().skipped()).containsExactly(before);
  }

  @Test
  void bothHalvesMakeACheckpointInEitherOrder() throws Exception {
    begin();
    halves(4);
    CheckpointWritten written = stage.coordinator.expectMessageClass(CheckpointWritten.class);
    assertThat(written.lineage()).isEqualTo(FIRST);
    assertThat(written.step()).isEqualTo(4);
    assertThat(written.directory()).isEqualTo("step-4");
    assertThat(written.digest()).isEqualTo("digest-4");
    assertThat(written.bytes()).isEqualTo(7);
    CheckpointFiles.Halves commit = committed();
    assertThat(commit.files()).extracting(SavedFile::name).hasSize(2);
    assertThat(commit.ledger()).containsExactly(new Segment(1, 0, 4));
    checkpointer.tell(half(FIRST, 8, "assigner"));
    checkpointer.tell(half(FIRST, 8, "trunk"));
    assertThat(stage.coordinator.expectMessageClass(CheckpointWritten.class).step()).isEqualTo(8);
  }

  @Test
  void withoutAnAssignerTheTrunkAloneIsACheckpoint() {
    ActorRef<CheckpointerMessage> alone =
        stage.spawn(
            Checkpointer.create(stage.identity(Role.CHECKPOINTER, false), Source.LABELS, files));
    stage.coordinator.expectMessageClass(Idle.class);
    alone.tell(stage.begin(FIRST));
    stage.coordinator.expectMessageClass(Begun.class);
    alone.tell(half(FIRST, 4, "assigner"));
    alone.tell(half(FIRST, 4, "trunk"));
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
  }

  @Test
  void theLedgerNamesTheLineagesBeforeToo() throws Exception {
    checkpointer.tell(stage.begin(SECOND, 4));
    stage.coordinator.expectMessageClass(Begun.class);
    checkpointer.tell(half(SECOND, 8, "trunk"));
    checkpointer.tell(half(SECOND, 8, "assigner"));
    assertThat(committed().ledger()).containsExactly(new Segment(1, 0, 4), new Segment(2, 4, 8));
  }

  @Test
  void aHalfThatComesTwiceIsOneHalf() {
    begin();
    checkpointer.tell(half(FIRST, 4, "trunk"));
    checkpointer.tell(half(FIRST, 4, "trunk"));
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
    assertThat(files.commits).isEmpty();
  }

  @Test
  void aHalfThatComesAgainWhileItIsWrittenIsNotWrittenTwice() throws Exception {
    begin();
    files.gate.drainPermits();
    halves(4);
    halves(4);
    files.gate.release(1000);
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
    assertThat(files.commits).hasSize(1);
  }

  @Test
  void aHalfThatIsToldAgainAfterwardsGetsTheSameAnswer() {
    begin();
    halves(4);
    var first = stage.coordinator.expectMessageClass(CheckpointWritten.class);
    checkpointer.tell(half(FIRST, 4, "trunk")); // the answer was lost
    assertThat(stage.coordinator.expectMessageClass(CheckpointWritten.class)).isEqualTo(first);
    assertThat(files.commits).hasSize(1);
  }

  @Test
  void saysForWhichHalfItWaits() {
    begin();
    checkpointer.tell(half(FIRST, 4, "trunk"));
    stage.tick();
    stage.tick();
    Waiting waiting = stage.coordinator.expectMessageClass(Waiting.class);
    assertThat(waiting.forWhat()).isEqualTo("the assigner half of checkpoint 4");
    assertThat(waiting.step()).isEqualTo(4);
  }

  @Test
  void aDiskThatIsFullFailsTheCheckpointAndNotTheNext() {
    begin();
    files.full = true;
    halves(4);
    CheckpointFailed failed = stage.coordinator.expectMessageClass(CheckpointFailed.class);
    assertThat(failed.step()).isEqualTo(4);
    assertThat(failed.cause()).contains("no space left");
    files.full = false;
    halves(8);
    assertThat(stage.coordinator.expectMessageClass(CheckpointWritten.class).step()).isEqualTo(8);
    halves(4);
    assertThat(stage.coordinator.expectMessageClass(CheckpointWritten.class).step()).isEqualTo(4);
  }

  @Test
  void aCheckpointThatIsAbandonedIsForgottenAndItsFilesAreRemoved() throws Exception {
    begin();
    checkpointer.tell(half(FIRST, 4, "trunk"));
    checkpointer.tell(new CheckpointAbandoned(FIRST, 4));
    assertThat(files.abandoned.poll(5, TimeUnit.SECONDS)).isEqualTo(4);
    checkpointer.tell(half(FIRST, 4, "assigner"));
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void aCheckpointThatIsWrittenCanNotBeAbandoned() {
    begin();
    files.gate.drainPermits();
    halves(4);
    checkpointer.tell(new CheckpointAbandoned(FIRST, 4));
    files.gate.release(1000);
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
    checkpointer.tell(new CheckpointAbandoned(FIRST, 4));
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
    assertThat(files.abandoned).isEmpty();
  }

  @Test
  void prunesOnlyOnceItKnowsWhatIsInUse() throws Exception {
    begin();
    halves(4);
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
    assertThat(files.prunes.poll(50, TimeUnit.MILLISECONDS)).isNull();
    checkpointer.tell(new ScoreKnown(FIRST, 4, 2.5));
    LoggingTestKit.info("event=checkpoint-pruned step=1")
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
    begin();
    files.broken = true;
    LoggingTestKit.warn("event=checkpointer-trouble while=prune")
        .withLoggerName("gnomon.supervision")
        .expect(
            stage.kit.system(),
            () -> {
              checkpointer.tell(new CheckpointsInUse(FIRST, List.of()));
              return null;
            });
    halves(4);
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
  }

  @Test
  void whatIsOfAnotherLineageIsDropped() {
    checkpointer.tell(stage.begin(SECOND));
    stage.coordinator.expectMessageClass(Begun.class);
    halves(4);
    stage.coordinator.expectNoMessage(Duration.ofMillis(50));
    assertThat(files.commits).isEmpty();
  }

  @Test
  void aRollbackWhileACheckpointIsWrittenForgetsItsResult() {
    begin();
    files.gate.drainPermits();
    halves(4);
    checkpointer.tell(half(FIRST, 8, "trunk"));
    checkpointer.tell(stage.begin(SECOND));
    stage.coordinator.expectMessageClass(Begun.class);
    files.gate.release(1000);
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
    begin();
    checkpointer.tell(half(FIRST, 4, "trunk"));
    checkpointer.tell(stage.begin(FIRST));
    stage.coordinator.expectMessageClass(Begun.class);
    checkpointer.tell(half(FIRST, 4, "assigner"));
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
  }
}
