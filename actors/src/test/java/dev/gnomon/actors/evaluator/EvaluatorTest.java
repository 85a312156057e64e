package dev.gnomon.actors.evaluator;

import static dev.gnomon.actors.stage.Stage.FIRST;
import static dev.gnomon.actors.stage.Stage.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.gnomon.actors.stage.MemoryHalves;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.BlockFailed;
import dev.gnomon.protocol.BlockKind;
import dev.gnomon.protocol.EvaluateBlock;
import dev.gnomon.protocol.EvaluatorMessage;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.ReferenceFeatures;
import dev.gnomon.protocol.ReferenceImages;
import dev.gnomon.protocol.ReferenceRequest;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.SampleFeatures;
import dev.gnomon.protocol.ScorerMessage;
import dev.gnomon.protocol.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EvaluatorTest {

  private static final WeightSet TRUNK =
      new WeightSet(Map.of("w", HostTensor.of(new float[] {4}, 1)));

  private final Stage stage = new Stage();
  private final MemoryHalves halves = new MemoryHalves();
  private final TestProbe<ScorerMessage> scorer = stage.kit.createTestProbe("scorer");
  private final Semaphore gate = new Semaphore(1000);
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private volatile Exception failure;
  private ActorRef<EvaluatorMessage> evaluator;

  /** Networks that see in a block its number. */
  private final class MadeUpNetworks implements EvaluatorWork {
    MadeUpNetworks() {
      open.incrementAndGet();
    }

    @Override
    public Samples samples(CheckpointWeights checkpoint, long block) throws Exception {
      work(checkpoint);
      return new Samples(new float[] {block}, new byte[] {1}, new int[] {3}, 5);
    }

    @Override
    public Seen reference(CheckpointWeights checkpoint, ImageBatch images) throws Exception {
      work(checkpoint);
      return new Seen(new float[] {images.step()}, new int[] {2});
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }

    private void work(CheckpointWeights checkpoint) throws Exception {
      assertThat(checkpoint.trunk()).isEqualTo(TRUNK);
      gate.acquire();
      runs.incrementAndGet();
      if (failure != null) {
        throw failure;
      }
    }
  }

  @BeforeEach
  void open() {
    halves.put(4, "trunk", TRUNK);
    evaluator =
        stage.spawn(
            Evaluator.create(stage.identity(Role.EVALUATOR, false), halves, MadeUpNetworks::new));
    stage.coordinator.expectMessageClass(Idle.class);
  }

  @AfterEach
  void close() {
    gate.release(1000);
    stage.close();
  }

  private void begin() {
    evaluator.tell(stage.begin(FIRST));
    stage.coordinator.expectMessageClass(Begun.class);
  }

  private EvaluateBlock block(Lineage lineage, BlockKind kind, long block) {
    return new EvaluateBlock(lineage, 4, "step-4", kind, block, scorer.ref());
  }

  private static ReferenceImages images(long block) {
    return new ReferenceImages(
        FIRST, block, 1, 1, new byte[] {9}, new long[] {77}, new int[] {6}, new int[0]);
  }

  @Test
  void aBlockOfSamplesIsAnsweredWithFeaturesPixelsAndCodes() {
    begin();
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 7));
    stage.offer(halves);
    SampleFeatures answer = scorer.expectMessageClass(SampleFeatures.class);
    assertThat(answer.step()).isEqualTo(4);
    assertThat(answer.block()).isEqualTo(7);
    assertThat(answer.features()).containsExactly(7);
    assertThat(answer.pixels()).containsExactly(1);
    assertThat(answer.codes()).containsExactly(3);
    assertThat(answer.networkEvaluations()).isEqualTo(5);
  }

  @Test
  void realImagesAreAskedOfALoader() {
    begin();
    evaluator.tell(block(FIRST, BlockKind.REFERENCE, 2));
    stage.offer(halves);
    assertThat(stage.loader.expectMessageClass(ReferenceRequest.class).block()).isEqualTo(2);
    scorer.expectNoMessage(Duration.ofMillis(30));
    evaluator.tell(images(2));
    ReferenceFeatures answer = scorer.expectMessageClass(ReferenceFeatures.class);
    assertThat(answer.block()).isEqualTo(2);
    assertThat(answer.features()).containsExactly(2);
    assertThat(answer.pixels()).containsExactly(9);
    assertThat(answer.codes()).containsExactly(2);
    assertThat(answer.labels()).containsExactly(6);
  }

  @Test
  void imagesThatAreLostAreAskedForAgain() {
    begin();
    evaluator.tell(block(FIRST, BlockKind.REFERENCE, 2));
    stage.offer(halves);
    stage.loader.expectMessageClass(ReferenceRequest.class);
    stage.tick();
    stage.tick();
    assertThat(stage.coordinator.expectMessageClass(Waiting.class).forWhat())
        .isEqualTo("reference block 2");
    stage.loader.expectMessageClass(ReferenceRequest.class);
    evaluator.tell(images(2));
    evaluator.tell(images(2)); // the first was only late
    scorer.expectMessageClass(ReferenceFeatures.class);
    scorer.expectNoMessage(Duration.ofMillis(30));
  }

  @Test
  void aBlockPastTheEndOfTheSetIsEmpty() {
    begin();
    evaluator.tell(block(FIRST, BlockKind.REFERENCE, 9));
    stage.offer(halves);
    stage.loader.expectMessageClass(ReferenceRequest.class);
    evaluator.tell(
        new ReferenceImages(FIRST, 9, 1, 1, new byte[0], new long[0], new int[0], new int[0]));
    assertThat(scorer.expectMessageClass(ReferenceFeatures.class).labels()).isEmpty();
    assertThat(runs).hasValue(0);
  }

  @Test
  void aBlockThatIsOrderedTwiceWhileItRunsIsRunOnceAndAgainOnlyAfterwards() {
    begin();
    gate.drainPermits();
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 7));
    stage.offer(halves);
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 7));
    gate.release(1000);
    scorer.expectMessageClass(SampleFeatures.class);
    scorer.expectNoMessage(Duration.ofMillis(30));
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 7)); // the answer was lost
    assertThat(scorer.expectMessageClass(SampleFeatures.class).features()).containsExactly(7);
  }

  @Test
  void aCheckpointThatCanNotBeReadFailsTheBlockAlone() {
    begin();
    failure = new IOException("trunk.safetensors is cut short");
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 7));
    stage.offer(halves);
    BlockFailed failed = scorer.expectMessageClass(BlockFailed.class);
    assertThat(failed.kind()).isEqualTo(BlockKind.SAMPLES);
    assertThat(failed.block()).isEqualTo(7);
    assertThat(failed.cause()).contains("cut short");
    failure = null;
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 7));
    scorer.expectMessageClass(SampleFeatures.class);
  }

  @Test
  void anyOtherFailureRestartsItWithTheCauseAndFreesWhatItHeld() {
    begin();
    failure = new IllegalStateException("out of memory");
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 7));
    stage.offer(halves);
    scorer.expectMessageClass(BlockFailed.class);
    assertThat(stage.coordinator.expectMessageClass(Idle.class).cause()).contains("out of memory");
    scorer.awaitAssert(
        () -> {
          assertThat(open).hasValue(0);
          return null;
        });
    failure = null;
    begin();
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 7));
    stage.offer(halves);
    scorer.expectMessageClass(SampleFeatures.class);
  }

  @Test
  void aCheckpointIsReadOnceForAllItsBlocks() {
    begin();
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 7));
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 8));
    stage.offer(halves);
    scorer.expectMessageClass(SampleFeatures.class);
    scorer.expectMessageClass(SampleFeatures.class);
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 9));
    scorer.expectMessageClass(SampleFeatures.class);
    stage.checkpointer.expectNoMessage(Duration.ofMillis(30));
  }

  @Test
  void aCheckpointThatIsGoneFailsItsBlocksAndNothingElse() {
    begin();
    evaluator.tell(new EvaluateBlock(FIRST, 8, "step-8", BlockKind.SAMPLES, 7, scorer.ref()));
    evaluator.tell(new EvaluateBlock(FIRST, 8, "step-8", BlockKind.SAMPLES, 8, scorer.ref()));
    stage.offer(halves);
    for (long block = 7; block < 9; block++) {
      BlockFailed failed = scorer.expectMessageClass(BlockFailed.class);
      assertThat(failed.block()).isEqualTo(block);
      assertThat(failed.cause()).contains("checkpoint 8 is not in the store any more");
    }
    stage.coordinator.expectNoMessage(Duration.ofMillis(30));
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 7));
    stage.offer(halves);
    scorer.expectMessageClass(SampleFeatures.class);
  }

  @Test
  void whatReferenceBlocksWaitForMayComeWhileAnotherCheckpointIsOpen() {
    halves.put(8, "trunk", TRUNK);
    begin();
    evaluator.tell(block(FIRST, BlockKind.REFERENCE, 2));
    stage.offer(halves);
    stage.loader.expectMessageClass(ReferenceRequest.class);
    evaluator.tell(new EvaluateBlock(FIRST, 8, "step-8", BlockKind.SAMPLES, 7, scorer.ref()));
    stage.offer(halves);
    assertThat(scorer.expectMessageClass(SampleFeatures.class).step()).isEqualTo(8);
    evaluator.tell(images(2));
    stage.offer(halves);
    stage.loader.expectMessageClass(ReferenceRequest.class);
    evaluator.tell(images(2));
    assertThat(scorer.expectMessageClass(ReferenceFeatures.class).step()).isEqualTo(4);
  }

  @Test
  void aBlockOfAnotherLineageIsDroppedAndOfANewerOneWaits() {
    begin();
    evaluator.tell(block(SECOND, BlockKind.SAMPLES, 7));
    scorer.expectNoMessage(Duration.ofMillis(30));
    evaluator.tell(stage.begin(SECOND));
    stage.offer(halves);
    assertThat(scorer.expectMessageClass(SampleFeatures.class).lineage()).isEqualTo(SECOND);
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 7));
    scorer.expectNoMessage(Duration.ofMillis(30));
  }

  @Test
  void aResultOfAnAbandonedLineageIsNotSent() {
    begin();
    gate.drainPermits();
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 7));
    stage.offer(halves);
    evaluator.tell(stage.begin(SECOND));
    gate.release(1000);
    stage.coordinator.expectMessageClass(Begun.class);
    scorer.expectNoMessage(Duration.ofMillis(30));
  }

  @Test
  void aHaltedLineageIsNotWorkedOn() {
    begin();
    evaluator.tell(new Halt(FIRST));
    evaluator.tell(block(FIRST, BlockKind.SAMPLES, 7));
    scorer.expectNoMessage(Duration.ofMillis(30));
  }
}
