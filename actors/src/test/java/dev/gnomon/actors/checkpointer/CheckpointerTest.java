package dev.gnomon.actors.checkpointer;

import static dev.gnomon.actors.stage.Stage.FIRST;
import static dev.gnomon.actors.stage.Stage.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.actors.transfer.FileExchange;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.CheckpointAbandoned;
import dev.gnomon.protocol.CheckpointComing;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.CheckpointOffered;
import dev.gnomon.protocol.CheckpointRequest;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.CheckpointsInUse;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.NewestFound;
import dev.gnomon.protocol.NewestRequest;
import dev.gnomon.protocol.NewestUnknown;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.SavedFile;
import dev.gnomon.protocol.ScoreKnown;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.SkippedCheckpoint;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    final BlockingQueue<Long> adopted = new LinkedBlockingQueue<>();
    final BlockingQueue<Long> unwanted = new LinkedBlockingQueue<>();
    final Semaphore way = new Semaphore(1000); // of what comes from elsewhere
    volatile boolean full;
    volatile boolean broken;
    volatile boolean gone; // whoever has the halves
    volatile boolean taken; // the store, by another run

    @Override
    public Newest newest() throws IOException {
      if (broken) {
        throw new IOException("not permitted");
      }
      return new Newest(
          7,
          new Start(4, "step-4", List.of(new Segment(1, 0, 4))),
          "digest-4",
          List.of(new SkippedCheckpoint("step-8", "is damaged")));
    }

    @Override
    public void adopt(long lineage) throws IOException {
      if (taken) {
        throw new IOException("another process has taken over");
      }
      adopted.add(lineage);
    }

    @Override
    public void gather(Halves halves, FileExchange.Recipient recipient) throws IOException {
      while (!way.tryAcquire()) {
        if (!recipient.wants()) {
          unwanted.add(halves.step());
          throw new IOException("no longer wanted");
        }
        Thread.onSpinWait();
      }
      if (gone) {
        throw new IOException("the trunk did not come from there: Connection refused");
      }
      recipient.came(100);
    }

    @Override
    public Optional<Offer> offer(long step) {
      return step == 4
          ? Optional.of(
              new Offer("step-4", "there", List.of(new SavedFile("trunk.safetensors", 3, "aa"))))
          : Optional.empty();
    }

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
    files.way.release(1000);
    stage.close();
  }

  private void begin() {
    checkpointer.tell(stage.begin(FIRST));
    assertThat(stage.coordinator.expectMessageClass(Begun.class).role())
        .isEqualTo(Role.CHECKPOINTER);
  }

  private static HalfSaved half(Lineage lineage, long step, String half) {
    return new HalfSaved(
        lineage,
        step,
        half,
        List.of(new SavedFile(half + ".safetensors", 3, "aa")),
        Map.of(),
        "there");
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
    begin();
    files.broken = true;
    LoggingTestKit.warn("event=checkpointer-trouble actor=checkpointer while=prune")
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
  void aHalfThatCanNotBeFetchedFailsItsCheckpointAndNotTheNext() {
    begin();
    files.gone = true;
    halves(4);
    CheckpointFailed failed = stage.coordinator.expectMessageClass(CheckpointFailed.class);
    assertThat(failed.step()).isEqualTo(4);
    assertThat(failed.cause())
        .isEqualTo(
            "it could not be committed: the trunk did not come from there: Connection refused");
    assertThat(files.commits).isEmpty();
    files.gone = false;
    halves(8);
    assertThat(stage.coordinator.expectMessageClass(CheckpointWritten.class).step()).isEqualTo(8);
  }

  @Test
  void saysThatHalvesAreStillComingAndAnswersMeanwhile() {
    begin();
    files.way.drainPermits();
    halves(4);
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
  void whatIsStillComingWhenItsLineageEndsIsNotWaitedFor() throws Exception {
    begin();
    files.way.drainPermits();
    halves(4);
    checkpointer.tell(stage.begin(SECOND));
    stage.coordinator.expectMessageClass(Begun.class);
    checkpointer.tell(half(SECOND, 8, "trunk"));
    checkpointer.tell(half(SECOND, 8, "assigner"));
    assertThat(files.unwanted.poll(5, TimeUnit.SECONDS)).isEqualTo(4);
    files.way.release(1);
    CheckpointWritten written = stage.coordinator.expectMessageClass(CheckpointWritten.class);
    assertThat(written.lineage()).isEqualTo(SECOND);
    assertThat(committed().step()).isEqualTo(8);
    assertThat(files.commits).isEmpty();
  }

  @Test
  void aCheckpointIsOfferedToWhoeverReadsIt() {
    begin();
    TestProbe<CheckpointOffered> reader = stage.kit.createTestProbe();
    checkpointer.tell(new CheckpointRequest(FIRST, 4, reader.ref()));
    reader.expectMessage(
        new CheckpointOffered(
            FIRST, 4, "step-4", "there", List.of(new SavedFile("trunk.safetensors", 3, "aa"))));
    checkpointer.tell(new CheckpointRequest(FIRST, 12, reader.ref()));
    assertThat(reader.expectMessageClass(CheckpointOffered.class).files()).isEmpty();
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
    begin();
    checkpointer.tell(new NewestRequest(77, 1, stage.coordinator.ref()));
    assertThat(stage.coordinator.expectMessageClass(NewestFound.class).run()).isEqualTo("run");
    halves(4);
    assertThat(stage.coordinator.expectMessageClass(CheckpointFailed.class).cause())
        .contains("lineage 1 is over");
    assertThat(files.commits).isEmpty();
  }

  @Test
  void nothingOfALineageIsCommittedOnceAnotherCoordinatorHasCome() {
    begin();
    checkpointer.tell(
        new NewestRequest(77, 0, stage.kit.<CoordinatorMessage>createTestProbe().ref()));
    halves(4);
    stage.coordinator.expectMessageClass(CheckpointFailed.class);
    assertThat(files.commits).isEmpty();
  }

  @Test
  void aLineageIsAdoptedBeforeItBegins() throws Exception {
    begin();
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
    begin();
    checkpointer.tell(half(FIRST, 4, "trunk"));
    checkpointer.tell(stage.begin(FIRST));
    stage.coordinator.expectMessageClass(Begun.class);
    checkpointer.tell(half(FIRST, 4, "assigner"));
    stage.coordinator.expectMessageClass(CheckpointWritten.class);
  }
}
