package dev.gnomon.actors.loader;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ReceiveBuilder;
import dev.gnomon.actors.Gauge;
import dev.gnomon.actors.LaneState;
import dev.gnomon.actors.RoleActor;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.Translation;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.protocol.Batch;
import dev.gnomon.protocol.BatchRequest;
import dev.gnomon.protocol.LoaderMessage;
import dev.gnomon.protocol.ReferenceImages;
import dev.gnomon.protocol.ReferenceRequest;
import dev.gnomon.protocol.WireMessage;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Reads batches. Batch k is the same from every loader at every time, so a loader has nothing to
 * lose: it keeps a few batches only because trainer and teacher ask for the same ones.
 */
public final class DataLoader extends RoleActor {

  /** Batches that a loader keeps. */
  public static final int KEPT_BATCHES = 8;

  private final Callable<ImageSource> opening;
  private final LaneState<ImageSource> source = new LaneState<>("gnomon-loader");
  private final Map<Long, Set<ActorRef<Batch>>> asking = new LinkedHashMap<>();
  private final Map<Long, Batch> kept =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Batch> eldest) {
          return size() > KEPT_BATCHES;
        }
      };

  private DataLoader(Life life, Callable<ImageSource> opening) {
    super(life);
    this.opening = opening;
  }

  /** A loader of a node. */
  public static Behavior<LoaderMessage> create(RoleContext context) {
    return create(context, () -> SetOfImages.open(context.settings()));
  }

  /** A loader of a node for the images that {@code opening} opens. */
  public static Behavior<LoaderMessage> create(RoleContext context, Callable<ImageSource> opening) {
    return create(Identity.of(context, false), opening);
  }

  /** A loader of the images that {@code opening} opens. */
  public static Behavior<LoaderMessage> create(Identity identity, Callable<ImageSource> opening) {
    return RoleActor.lives(identity, life -> new DataLoader(life, opening));
  }

  @Override
  protected void messages(ReceiveBuilder<WireMessage> builder) {
    on(builder, BatchRequest.class, BatchRequest::lineage, this::onBatchRequest);
    on(builder, ReferenceRequest.class, ReferenceRequest::lineage, this::onReferenceRequest);
  }

  @Override
  protected void begin() {
    asking.clear();
    kept.clear();
    pipe(source.open(opening), opened -> begun());
  }

  @Override
  protected void rewired() {}

  @Override
  protected void tick() {}

  @Override
  protected Gauge gauge() {
    return Gauge.of(asking.isEmpty() ? "resting" : "reading").queued("batches", asking.size());
  }

  @Override
  protected void close() {
    source.close();
  }

  private void onBatchRequest(BatchRequest request) {
    long step = request.step();
    if (kept.containsKey(step)) {
      request.replyTo().tell(kept.get(step));
    } else if (asking.containsKey(step)) {
      asking.get(step).add(request.replyTo());
    } else {
      asking.put(step, new LinkedHashSet<>(Set.of(request.replyTo())));
      at(step);
      pipe(source.run(images -> images.batch(step)), this::onBatch);
    }
  }

  private void onBatch(ImageBatch read) {
    Batch batch = Translation.batch(lineage(), read);
    kept.put(batch.step(), batch);
    asking.remove(batch.step()).forEach(asker -> asker.tell(batch));
  }

  private void onReferenceRequest(ReferenceRequest request) {
    pipe(
        source.run(images -> images.reference(request.block())),
        read ->
            request
                .replyTo()
                .tell(
                    new ReferenceImages(
                        lineage(),
                        request.block(),
                        read.channels(),
                        read.size(),
                        read.pixels(),
                        read.ids(),
                        read.labels(),
                        read.codes())));
  }
}
