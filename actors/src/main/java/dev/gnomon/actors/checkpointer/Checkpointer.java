package dev.gnomon.actors.checkpointer;

import static java.util.stream.Collectors.joining;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ReceiveBuilder;
import dev.gnomon.actors.Gauge;
import dev.gnomon.actors.Lane;
import dev.gnomon.actors.Outstanding;
import dev.gnomon.actors.RoleActor;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.checkpointer.CheckpointFiles.Halves;
import dev.gnomon.actors.checkpointer.CheckpointFiles.Newest;
import dev.gnomon.actors.checkpointer.CheckpointFiles.Offer;
import dev.gnomon.actors.checkpointer.CheckpointFiles.Written;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.actors.transfer.FileExchange;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.protocol.CheckpointAbandoned;
import dev.gnomon.protocol.CheckpointComing;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.CheckpointOffered;
import dev.gnomon.protocol.CheckpointRequest;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.CheckpointsInUse;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.LocalMessage;
import dev.gnomon.protocol.NewestFound;
import dev.gnomon.protocol.NewestRequest;
import dev.gnomon.protocol.NewestUnknown;
import dev.gnomon.protocol.ScoreKnown;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.WireMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the halves that trainer and assigner wrote a checkpoint, whole or not at all, tells whoever
 * reads one where it is, and prunes the old ones. Its node's folder is the run's store. It owns
 * nothing else: whoever wrote a half tells it again when asked, and what is on disk is found there.
 */
public final class Checkpointer extends RoleActor {

  /** Names of the halves that make a checkpoint, by where conditions come from. */
  private static Set<String> halves(Source source) {
    return source.learnsCodes() ? Set.of("trunk", "assigner") : Set.of("trunk");
  }

  private final CheckpointFiles files;
  private final Set<String> halves;
  private final Lane lane = new Lane("gnomon-checkpointer");
  private final Lane fetching = new Lane("gnomon-checkpointer-fetching");
  private final AtomicLong fetched = new AtomicLong(); // bytes
  private final SortedMap<Long, Map<String, HalfSaved>> pending = new TreeMap<>();
  private final Outstanding waits = new Outstanding();
  private final Set<Long> committing = new HashSet<>();
  private final Set<Long> abandoned = new HashSet<>();
  private final Map<Long, CheckpointWritten> written = new HashMap<>();
  private final Map<Long, Double> scores = new HashMap<>();
  private final Set<Long> inUse = new TreeSet<>();
  private boolean knowsUse;
  private long looking; // question that is being answered, 0 for none
  private volatile long ended; // nothing of this lineage, or older, is committed any more

  /** The newest checkpoint was looked for; {@code newest} is null where that has failed. */
  private record Looked(NewestRequest request, Newest newest, Throwable failure)
      implements LocalMessage {}

  private Checkpointer(Life life, Set<String> halves, CheckpointFiles files) {
    super(life);
    this.halves = halves;
    this.files = files;
  }

  /** The checkpointer of a node. */
  public static Behavior<CheckpointerMessage> create(RoleContext context) {
    return create(
        Identity.of(context, false),
        context.settings().training().condition().source(),
        new StoredCheckpoints(
            context.runDirectory(), context.settings(), context.exchange().files()));
  }

  /** A checkpointer of a run whose conditions come from {@code source}. */
  public static Behavior<CheckpointerMessage> create(
      Identity identity, Source source, CheckpointFiles files) {
    return RoleActor.lives(identity, life -> new Checkpointer(life, halves(source), files));
  }

  @Override
  protected void messages(ReceiveBuilder<WireMessage> builder) {
    on(builder, HalfSaved.class, HalfSaved::lineage, this::onHalfSaved);
    on(builder, ScoreKnown.class, ScoreKnown::lineage, m -> scores.put(m.step(), m.score()));
    on(builder, CheckpointsInUse.class, CheckpointsInUse::lineage, this::onInUse);
    on(builder, CheckpointAbandoned.class, CheckpointAbandoned::lineage, this::onAbandoned);
    on(builder, CheckpointRequest.class, CheckpointRequest::lineage, this::onRequest);
    builder.onMessage(NewestRequest.class, this::onNewestRequest);
    builder.onMessage(Looked.class, this::onLooked);
  }

  @Override
  protected void begin() {
    pending.clear();
    waits.forgetAll();
    committing.clear();
    abandoned.clear();
    written.clear();
    scores.clear();
    inUse.clear();
    knowsUse = false;
    long number = lineage().number();
    ended = Math.max(ended, number - 1);
    pipe(onLane(() -> files.adopt(number)), adopted -> begun());
    pipe(onLane(files::tidy), tidied -> {}, failure -> tellTrouble("tidy", failure));
  }

  private interface DiskWork {
    void run() throws IOException;
  }

  private CompletionStage<Boolean> onLane(DiskWork work) {
    return lane.run(
        () -> {
          work.run();
          return true;
        });
  }

  @Override
  protected void rewired() {}

  @Override
  protected void tick() {
    for (long step : waits.tick()) {
      Map<String, HalfSaved> there = pending.getOrDefault(step, Map.of());
      halves.stream()
          .filter(half -> !there.containsKey(half))
          .forEach(half -> waiting("the %s half of checkpoint %d".formatted(half, step), step));
    }
    for (long step : committing) {
      wiring().coordinator().tell(new CheckpointComing(lineage(), step, fetched.get()));
    }
  }

  @Override
  protected Gauge gauge() {
    String doing =
        committing.isEmpty()
            ? "resting"
            : "writing " + committing.stream().sorted().map(String::valueOf).collect(joining(", "));
    return Gauge.of(doing).queued("checkpoints", pending.size());
  }

  @Override
  protected void close() {
    ended = Long.MAX_VALUE;
    fetching.close();
    lane.close();
  }

  private void onHalfSaved(HalfSaved half) {
    long step = half.step();
    if (written.containsKey(step)) {
      wiring().coordinator().tell(written.get(step));
    } else if (abandoned.contains(step)) {
      abandon(step); // it was still being written
    } else if (!committing.contains(step) && halves.contains(half.half())) {
      pending.computeIfAbsent(step, unused -> new TreeMap<>()).put(half.half(), half);
      waits.ask(step);
      if (pending.get(step).size() == halves.size()) {
        commit(step);
      }
    }
  }

  private void commit(long step) {
    List<HalfSaved> saved = List.copyOf(pending.remove(step).values());
    waits.came(step);
    committing.add(step);
    at(step);
    List<Segment> ledger = new ArrayList<>(start().ledger());
    if (step > start().step()) {
      ledger.add(new Segment(lineage().number(), start().step(), step));
    }
    List<Skipped> skipped = start().skipped().stream().filter(s -> s.step() < step).toList();
    Halves whole = new Halves(lineage().run(), lineage().number(), step, saved, ledger, skipped);
    long began = System.nanoTime();
    pipe(
        fetching.run(() -> gathered(whole)).thenCompose(all -> lane.run(() -> committed(all))),
        checkpoint -> onCommitted(step, checkpoint, (System.nanoTime() - began) / 1e9),
        failure -> onNotCommitted(step, failure));
  }

  private Halves gathered(Halves whole) throws IOException {
    files.gather(
        whole,
        new FileExchange.Recipient() {
          @Override
          public boolean wants() {
            return whole.lineage() > ended;
          }

          @Override
          public void came(int bytes) {
            fetched.addAndGet(bytes);
          }
        });
    return whole;
  }

  private Written committed(Halves whole) throws IOException {
    if (whole.lineage() <= ended) {
      throw new IOException("lineage %d is over".formatted(whole.lineage()));
    }
    return files.commit(whole);
  }

  private void onCommitted(long step, Written checkpoint, double seconds) {
    committing.remove(step);
    CheckpointWritten message =
        new CheckpointWritten(
            lineage(),
            step,
            checkpoint.directory(),
            checkpoint.digest(),
            seconds,
            checkpoint.bytes());
    written.put(step, message);
    wiring().coordinator().tell(message);
    pending.headMap(step).clear();
    waits.forgetBelow(step);
    prune();
  }

  private void onNotCommitted(long step, Throwable failure) {
    committing.remove(step);
    wiring()
        .coordinator()
        .tell(
            new CheckpointFailed(
                lineage(),
                step,
                "it could not be committed: "
                    + (failure instanceof CompletionException ? failure.getCause() : failure)
                        .getMessage()));
  }

  private void onAbandoned(CheckpointAbandoned message) {
    long step = message.step();
    if (committing.contains(step) || written.containsKey(step)) {
      return;
    }
    pending.remove(step);
    waits.came(step);
    abandoned.add(step);
    abandon(step);
  }

  private void abandon(long step) {
    long number = lineage().number();
    pipe(
        onLane(() -> files.abandon(step, number)),
        abandoned -> {},
        failure -> tellTrouble("abandon " + step, failure));
  }

  private void onRequest(CheckpointRequest request) {
    long step = request.step();
    Offer none = new Offer("", "", List.of());
    pipe(
        lane.run(() -> files.offer(step).orElse(none)),
        offer ->
            request
                .replyTo()
                .tell(
                    new CheckpointOffered(
                        lineage(), step, offer.directory(), offer.location(), offer.files())),
        failure -> tellTrouble("offer " + step, failure));
  }

  /** A coordinator that is not the one this lineage is of has come after it. */
  private Behavior<WireMessage> onNewestRequest(NewestRequest request) {
    if (!isIdle()) {
      boolean own = request.replyTo().equals(wiring().coordinator());
      ended = Math.max(ended, own ? request.ended() : lineage().number());
    }
    if (request.question() != looking) {
      looking = request.question();
      getContext()
          .pipeToSelf(
              lane.run(files::newest), (newest, failure) -> new Looked(request, newest, failure));
    }
    return this;
  }

  private Behavior<WireMessage> onLooked(Looked looked) {
    long question = looked.request().question();
    if (question == looking) {
      looking = 0;
    }
    Newest newest = looked.newest();
    looked
        .request()
        .replyTo()
        .tell(
            newest == null
                ? new NewestUnknown(question, looked.failure().toString())
                : new NewestFound(
                    question,
                    isIdle() ? "" : lineage().run(),
                    newest.lineage(),
                    newest.start(),
                    newest.digest(),
                    newest.skipped()));
    return this;
  }

  private void onInUse(CheckpointsInUse message) {
    Set<Long> steps = new TreeSet<>(message.steps());
    boolean freed = !knowsUse || !steps.containsAll(inUse);
    inUse.clear();
    inUse.addAll(steps);
    knowsUse = true;
    if (freed) {
      prune();
    }
  }

  /** Prunes, once it is known which checkpoints are in use. */
  private void prune() {
    if (!knowsUse) {
      return;
    }
    Map<Long, Double> known = Map.copyOf(scores);
    Set<Long> pinned = Set.copyOf(inUse);
    long number = lineage().number();
    long from = start().step();
    pipe(
        lane.run(() -> files.prune(number, from, known, pinned)),
        removed ->
            removed.forEach(
                step ->
                    SupervisionLog.event("checkpoint-pruned")
                        .with("actor", "checkpointer")
                        .with("step", step)
                        .info()),
        failure -> tellTrouble("prune", failure));
  }

  private void tellTrouble(String what, Throwable failure) {
    SupervisionLog.event("checkpointer-trouble")
        .with("actor", "checkpointer")
        .with("while", what)
        .with("step", start().step())
        .with("cause", failure)
        .warn();
  }
}
