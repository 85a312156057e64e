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
import dev.gnomon.actors.checkpointer.CheckpointFiles.Written;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.protocol.CheckpointAbandoned;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CheckpointerMessage;
import dev.gnomon.protocol.CheckpointsInUse;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.SavedFile;
import dev.gnomon.protocol.ScoreKnown;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.WireMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes the halves that trainer and assigner wrote a checkpoint, whole or not at all, and prunes
 * the old ones. It owns nothing: whoever wrote a half tells it again when asked, and what is on
 * disk is found there.
 */
public final class Checkpointer extends RoleActor {

  /** Names of the halves that make a checkpoint, by where conditions come from. */
  private static Set<String> halves(Source source) {
    return source == Source.BOOTSTRAP ? Set.of("trunk", "assigner") : Set.of("trunk");
  }

  private final CheckpointFiles files;
  private final Set<String> halves;
  private final Lane lane = new Lane("gnomon-checkpointer");
  private final SortedMap<Long, Map<String, HalfSaved>> pending = new TreeMap<>();
  private final Outstanding waits = new Outstanding();
  private final Set<Long> committing = new HashSet<>();
  private final Set<Long> abandoned = new HashSet<>();
  private final Map<Long, CheckpointWritten> written = new HashMap<>();
  private final Map<Long, Double> scores = new HashMap<>();
  private final Set<Long> inUse = new TreeSet<>();
  private boolean knowsUse;

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
        new StoredCheckpoints(context.runDirectory(), context.settings()));
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
    pipe(
        lane.run(
            () -> {
              files.tidy();
              return true;
            }),
        tidied -> {},
        failure -> tellTrouble("tidy", failure));
    begun();
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
    List<SavedFile> saved = new ArrayList<>();
    pending.remove(step).values().forEach(half -> saved.addAll(half.files()));
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
        lane.run(() -> files.commit(whole)),
        checkpoint -> onCommitted(step, checkpoint, (System.nanoTime() - began) / 1e9),
        failure -> onNotCommitted(step, failure));
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
                lineage(), step, "it could not be committed: " + failure.getMessage()));
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
        lane.run(
            () -> {
              files.abandon(step, number);
              return true;
            }),
        abandoned -> {},
        failure -> tellTrouble("abandon " + step, failure));
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
