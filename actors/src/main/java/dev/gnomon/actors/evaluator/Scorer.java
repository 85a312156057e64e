package dev.gnomon.actors.evaluator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ReceiveBuilder;
import dev.gnomon.actors.Gauge;
import dev.gnomon.actors.LaneState;
import dev.gnomon.actors.RoleActor;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.evaluator.BlockQueue.Block;
import dev.gnomon.actors.settings.DeadlineSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.protocol.BlockFailed;
import dev.gnomon.protocol.BlockKind;
import dev.gnomon.protocol.Evaluate;
import dev.gnomon.protocol.EvaluateBlock;
import dev.gnomon.protocol.EvaluatorMessage;
import dev.gnomon.protocol.Failed;
import dev.gnomon.protocol.ReferenceFeatures;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.SampleFeatures;
import dev.gnomon.protocol.Scored;
import dev.gnomon.protocol.ScorerMessage;
import dev.gnomon.protocol.WireMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Scores one checkpoint at a time: hands its blocks to the evaluators, one each, folds what comes
 * back in the order of the blocks, and tells the coordinator. Who ran which block, and when, makes
 * no difference to a bit of a score.
 */
public final class Scorer extends RoleActor {

  private static final int ATTEMPTS = 3; // at a block

  /**
   * What a scorer works with.
   *
   * @param sampleBlocks blocks of generated images
   * @param referenceBlocks blocks of real images; those past the set's end come back empty
   * @param changingBlocks the first of them, in which each checkpoint sees something else
   * @param patience ticks after which a block is given to another evaluator
   * @param opening makes what folds the blocks
   */
  public record Parts(
      long sampleBlocks,
      long referenceBlocks,
      long changingBlocks,
      int patience,
      Callable<ScorerWork> opening) {}

  /** The checkpoint in work. */
  private static final class Evaluation {
    private final Evaluate order;
    private final BlockQueue<ActorRef<EvaluatorMessage>> blocks;
    private final InOrder<SampleFeatures> samples = new InOrder<>();
    private final InOrder<ReferenceFeatures> reference = new InOrder<>();
    private boolean finishing;

    Evaluation(Evaluate order, List<Block> blocks, int patience) {
      this.order = order;
      this.blocks = new BlockQueue<>(blocks, patience, ATTEMPTS);
    }
  }

  private final Parts parts;
  private final LaneState<ScorerWork> scoring = new LaneState<>("gnomon-scorer");
  private Evaluation current; // null while there is nothing to do
  private Scored last; // null before the first
  private boolean knowsReference;

  private Scorer(Life life, Parts parts) {
    super(life);
    this.parts = parts;
  }

  /** The scorer of a node. */
  public static Behavior<ScorerMessage> create(RoleContext context) {
    RunSettings settings = context.settings();
    DeadlineSettings deadlines = settings.deadlines();
    return create(
        Identity.of(context, false),
        new Parts(
            blocks(settings.evaluation().samples()),
            blocks(settings.evaluation().reference()),
            changing(settings),
            (int) (deadlines.evaluationBlock().toMillis() / deadlines.answer().toMillis()),
            () ->
                CheckpointScores.open(
                    settings, context.roleSettings(), context.runDirectory().resolve("samples"))));
  }

  /** A scorer. */
  public static Behavior<ScorerMessage> create(Identity identity, Parts parts) {
    return RoleActor.lives(identity, life -> new Scorer(life, parts));
  }

  /** All where each checkpoint gives other codes; else those on the map of features. */
  static long changing(RunSettings settings) {
    long blocks = blocks(settings.evaluation().reference());
    return settings.training().condition().source().learnsCodes()
        ? blocks
        : Math.min(blocks, FeatureMap.BLOCKS);
  }

  private static long blocks(int images) {
    return (images + ImageSampler.BLOCK - 1) / ImageSampler.BLOCK;
  }

  @Override
  protected void messages(ReceiveBuilder<WireMessage> builder) {
    on(builder, Evaluate.class, Evaluate::lineage, this::onEvaluate);
    on(builder, SampleFeatures.class, SampleFeatures::lineage, this::onSamples);
    on(builder, ReferenceFeatures.class, ReferenceFeatures::lineage, this::onReference);
    on(builder, BlockFailed.class, BlockFailed::lineage, this::onBlockFailed);
  }

  @Override
  protected void begin() {
    current = null;
    last = null;
    pipe(scoring.open(parts.opening()), opened -> begun());
  }

  @Override
  protected void rewired() {
    handOut();
  }

  @Override
  protected void tick() {
    if (current != null && !current.finishing) {
      current.blocks.tick();
      current.blocks.given().forEach(this::order); // an evaluator that began anew forgot it
      handOut();
    }
  }

  @Override
  protected Gauge gauge() {
    return current == null
        ? Gauge.of("resting")
        : Gauge.of("scoring " + current.order.step()).queued("blocks", current.blocks.left());
  }

  @Override
  protected void close() {
    scoring.close();
  }

  private void onEvaluate(Evaluate order) {
    if (last != null && order.step() == last.step()) {
      wiring().coordinator().tell(last);
    } else if (current == null || order.step() > current.order.step()) {
      start(order);
    }
  }

  private void start(Evaluate order) {
    at(order.step());
    List<Block> blocks = new ArrayList<>();
    long real = knowsReference ? parts.changingBlocks() : parts.referenceBlocks();
    for (long number = 0; number < real; number++) {
      blocks.add(new Block(BlockKind.REFERENCE, number));
    }
    for (long number = 0; number < parts.sampleBlocks(); number++) {
      blocks.add(new Block(BlockKind.SAMPLES, number));
    }
    current = new Evaluation(order, blocks, parts.patience());
    pipe(
        scoring.run(
            work -> {
              work.begin(order.step());
              return true;
            }),
        begun -> {});
    handOut();
  }

  private void handOut() {
    if (current == null || current.finishing) {
      return;
    }
    current.blocks.workers(wiring().evaluators());
    for (var order = current.blocks.next(); order.isPresent(); order = current.blocks.next()) {
      order(order.get());
    }
  }

  private void order(BlockQueue.Order<ActorRef<EvaluatorMessage>> order) {
    Block block = order.block();
    ActorRef<ScorerMessage> self = getContext().getSelf().narrow();
    order
        .worker()
        .tell(
            new EvaluateBlock(
                lineage(),
                current.order.step(),
                current.order.directory(),
                block.kind(),
                block.number(),
                self));
  }

  private void onSamples(SampleFeatures features) {
    if (isOpen(features.step(), new Block(BlockKind.SAMPLES, features.block()))) {
      for (SampleFeatures next : current.samples.accept(features.block(), features)) {
        fold(work -> work.samples(next));
      }
      finishIfComplete();
    }
  }

  private void onReference(ReferenceFeatures features) {
    if (isOpen(features.step(), new Block(BlockKind.REFERENCE, features.block()))) {
      for (ReferenceFeatures next : current.reference.accept(features.block(), features)) {
        fold(work -> work.reference(next));
      }
      finishIfComplete();
    }
  }

  private boolean isOpen(long step, Block block) {
    return current != null && step == current.order.step() && current.blocks.done(block);
  }

  private void fold(java.util.function.Consumer<ScorerWork> folding) {
    pipe(
        scoring.run(
            work -> {
              folding.accept(work);
              return true;
            }),
        folded -> {});
  }

  private void finishIfComplete() {
    if (!current.blocks.isComplete()) {
      handOut();
      return;
    }
    current.finishing = true;
    Evaluation done = current;
    pipe(scoring.run(ScorerWork::finish), scores -> onScores(done, scores));
  }

  private void onScores(Evaluation done, ScorerWork.Scores scores) {
    if (current != done) {
      return;
    }
    current = null;
    knowsReference = true;
    last = new Scored(lineage(), done.order.step(), scores.values(), scores.pictures());
    wiring().coordinator().tell(last);
  }

  private void onBlockFailed(BlockFailed failure) {
    if (current == null || failure.step() != current.order.step()) {
      return;
    }
    SupervisionLog.event("block-failed")
        .with("actor", "scorer")
        .with("step", failure.step())
        .with("kind", failure.kind())
        .with("block", failure.block())
        .with("cause", failure.cause())
        .warn();
    if (current.blocks.failed(new Block(failure.kind(), failure.block()))) {
      current = null;
      wiring()
          .coordinator()
          .tell(
              new Failed(
                  lineage(),
                  Role.EVALUATOR,
                  actor(),
                  failure.step(),
                  "block %d of %s failed %d times: %s"
                      .formatted(failure.block(), failure.kind(), ATTEMPTS, failure.cause())));
    } else {
      handOut();
    }
  }
}
