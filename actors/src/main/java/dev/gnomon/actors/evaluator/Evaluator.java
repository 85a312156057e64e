package dev.gnomon.actors.evaluator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ReceiveBuilder;
import dev.gnomon.actors.CheckpointCopies;
import dev.gnomon.actors.CheckpointReader;
import dev.gnomon.actors.Gauge;
import dev.gnomon.actors.LaneState;
import dev.gnomon.actors.Outstanding;
import dev.gnomon.actors.RoleActor;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.StoredHalves;
import dev.gnomon.actors.loader.LoaderChoice;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.protocol.BlockFailed;
import dev.gnomon.protocol.BlockKind;
import dev.gnomon.protocol.EvaluateBlock;
import dev.gnomon.protocol.EvaluatorMessage;
import dev.gnomon.protocol.ReferenceFeatures;
import dev.gnomon.protocol.ReferenceImages;
import dev.gnomon.protocol.ReferenceRequest;
import dev.gnomon.protocol.SampleFeatures;
import dev.gnomon.protocol.WireMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;

/**
 * Runs blocks of 64 images of a checkpoint: samples that it generates, or real images that it asks
 * a loader for. A block is a function of checkpoint, seed and number, so it does not matter who
 * runs it, or how often.
 */
public final class Evaluator extends CheckpointReader {

  /** A piece of work, whoever asks for it. */
  private record Block(long step, BlockKind kind, long number) {
    static Block of(EvaluateBlock order) {
      return new Block(order.step(), order.kind(), order.block());
    }
  }

  private final Callable<EvaluatorWork> opening;
  private final LaneState<EvaluatorWork> networks = new LaneState<>("gnomon-evaluator");
  private final Set<Block> working = new HashSet<>();
  private final Map<Long, List<EvaluateBlock>> awaitingWeights = new TreeMap<>(); // by step
  private final Map<Long, EvaluateBlock> awaitingImages = new TreeMap<>(); // by block
  private final Outstanding imageWaits = new Outstanding();
  private CheckpointWeights weights; // of the checkpoint in work; null before the first

  private Evaluator(Life life, CheckpointCopies copies, Callable<EvaluatorWork> opening) {
    super(life, copies, "evaluator");
    this.opening = opening;
  }

  /** An evaluator of a node. */
  public static Behavior<EvaluatorMessage> create(RoleContext context) {
    return create(
        Identity.of(context, false),
        new StoredHalves(context.runDirectory(), context.exchange().files()),
        () -> DeviceEvaluator.open(context.roleSettings(), context.settings()));
  }

  /** An evaluator; {@code opening} is called by its lane. */
  public static Behavior<EvaluatorMessage> create(
      Identity identity, CheckpointCopies copies, Callable<EvaluatorWork> opening) {
    return RoleActor.lives(identity, life -> new Evaluator(life, copies, opening));
  }

  @Override
  protected void messages(ReceiveBuilder<WireMessage> builder) {
    super.messages(builder);
    on(builder, EvaluateBlock.class, EvaluateBlock::lineage, this::onEvaluateBlock);
    on(builder, ReferenceImages.class, ReferenceImages::lineage, this::onImages);
  }

  @Override
  protected void begin() {
    super.begin();
    working.clear();
    weights = null;
    awaitingWeights.clear();
    awaitingImages.clear();
    imageWaits.forgetAll();
    pipe(networks.open(opening), opened -> begun());
  }

  @Override
  protected void tick() {
    super.tick();
    for (long block : imageWaits.tick()) {
      waiting("reference block " + block, awaitingImages.get(block).step());
      requestImages(block);
    }
  }

  @Override
  protected Gauge gauge() {
    return Gauge.of(working.isEmpty() ? "resting" : "evaluating").queued("blocks", working.size());
  }

  @Override
  protected void close() {
    super.close();
    networks.close();
  }

  private void onEvaluateBlock(EvaluateBlock order) {
    if (working.add(Block.of(order))) {
      at(order.step());
      if (isOpen(order.step())) {
        start(order);
      } else {
        open(order);
      }
    }
  }

  private boolean isOpen(long step) {
    return weights != null && weights.step() == step;
  }

  /** Starts the blocks of a checkpoint when its weights are here. */
  private void open(EvaluateBlock order) {
    long step = order.step();
    List<EvaluateBlock> waiting = awaitingWeights.get(step);
    if (waiting != null) {
      waiting.add(order);
      return;
    }
    awaitingWeights.put(step, new ArrayList<>(List.of(order)));
    read(
        step,
        half -> true,
        read -> {
          weights = new CheckpointWeights(step, read);
          awaitingWeights.remove(step).forEach(this::start);
        },
        failure -> awaitingWeights.remove(step).forEach(block -> onFailure(block, failure)));
  }

  private void start(EvaluateBlock order) {
    if (order.kind() == BlockKind.REFERENCE) {
      awaitingImages.put(order.block(), order);
      imageWaits.ask(order.block());
      requestImages(order.block());
    } else {
      sample(order);
    }
  }

  private void sample(EvaluateBlock order) {
    CheckpointWeights of = weights;
    pipe(
        networks.run(work -> work.samples(of, order.block())),
        made -> {
          working.remove(Block.of(order));
          order
              .replyTo()
              .tell(
                  new SampleFeatures(
                      lineage(),
                      order.step(),
                      order.block(),
                      made.features(),
                      made.pixels(),
                      made.codes(),
                      made.networkEvaluations()));
        },
        failure -> onFailure(order, failure));
  }

  private void onImages(ReferenceImages images) {
    imageWaits.came(images.block());
    EvaluateBlock order = awaitingImages.remove(images.block());
    if (order == null) {
      return;
    }
    if (images.ids().length == 0) {
      answer(order, images, new EvaluatorWork.Seen(new float[0], new int[0]));
      return;
    }
    if (!isOpen(order.step())) { // another one's have come since
      open(order);
      return;
    }
    CheckpointWeights of = weights;
    ImageBatch batch =
        new ImageBatch(
            images.block(),
            images.channels(),
            images.size(),
            images.pixels(),
            images.ids(),
            images.labels(),
            images.codes());
    pipe(
        networks.run(work -> work.reference(of, batch)),
        seen -> answer(order, images, seen),
        failure -> onFailure(order, failure));
  }

  private void answer(EvaluateBlock order, ReferenceImages images, EvaluatorWork.Seen seen) {
    working.remove(Block.of(order));
    order
        .replyTo()
        .tell(
            new ReferenceFeatures(
                lineage(),
                order.step(),
                order.block(),
                seen.features(),
                images.pixels(),
                seen.codes(),
                images.labels(),
                seen.closeness(),
                seen.teacherFeatures()));
  }

  /** A checkpoint that can not be read is the block's trouble, anything else is this actor's. */
  private void onFailure(EvaluateBlock order, Throwable failure) {
    working.remove(Block.of(order));
    order
        .replyTo()
        .tell(
            new BlockFailed(
                lineage(), order.step(), order.kind(), order.block(), failure.toString()));
    if (!(failure instanceof IOException)) {
      throw new CompletionException(failure.toString(), failure);
    }
  }

  private void requestImages(long block) {
    ActorRef<ReferenceImages> self = getContext().getSelf().narrow();
    LoaderChoice.of(wiring().loaders(), imageWaits.attempts(block))
        .ifPresent(loader -> loader.tell(new ReferenceRequest(lineage(), block, self)));
  }
}
