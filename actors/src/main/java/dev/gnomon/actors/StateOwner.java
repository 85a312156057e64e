package dev.gnomon.actors;

import akka.actor.typed.javadsl.ReceiveBuilder;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.checkpoint.NonFiniteWeightsException;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.NonFiniteLossException;
import dev.gnomon.protocol.CheckpointAbandoned;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.LossNotFinite;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.StepDone;
import dev.gnomon.protocol.WireMessage;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/**
 * An actor that owns one half of the training state: it counts its steps to the coordinator and
 * writes its half of a checkpoint, from a copy in host memory on a lane of its own, so that
 * training never waits for a disk. A loss or gradient that is not finite is no failure of its own:
 * it says so, and stands still until a newer lineage begins. Weights that are not finite end its
 * life, and it begins anew from the checkpoint before.
 */
public abstract class StateOwner extends CheckpointReader {

  /** What operators see of an owner that takes no further step in its lineage. */
  protected static final String STANDING_STILL = "standing still";

  private final Role role;
  private final String half;
  private final CheckpointHalves halves;
  private final Set<Long> writing = new HashSet<>();
  private StepDone lastDone; // null before the first step of a lineage
  private final NavigableMap<Long, HalfSaved> told =
      new TreeMap<>(); // halves that may be taken yet
  private LossNotFinite notFinite; // null while every loss is finite

  protected StateOwner(Life life, String half, CheckpointHalves halves) {
    super(life, halves, half);
    this.role = life.identity().role();
    this.half = half;
    this.halves = halves;
  }

  @Override
  protected void messages(ReceiveBuilder<WireMessage> builder) {
    super.messages(builder);
    on(builder, CheckpointAbandoned.class, CheckpointAbandoned::lineage, this::onAbandoned);
    on(builder, CheckpointWritten.class, CheckpointWritten::lineage, this::onKept);
  }

  @Override
  protected void begin() {
    super.begin();
    writing.clear();
    lastDone = null;
    told.clear();
    discard(step -> false);
    notFinite = null;
  }

  /** Tells the coordinator that all steps up to {@code step} are done. */
  protected final void tellDone(long step, Map<String, Double> measures) {
    at(step + 1);
    lastDone = new StepDone(lineage(), role, step, measures);
    wiring().coordinator().tell(lastDone);
  }

  /** Tells again how far this actor is, so that a lost message does not stop the run. */
  protected final void tellDoneAgain() {
    if (lastDone != null) {
      wiring().coordinator().tell(lastDone);
    } else if (hasBegun()) {
      begun();
    }
    if (notFinite != null) {
      wiring().coordinator().tell(notFinite);
    }
  }

  /**
   * A step on those images failed. Where its loss was not finite, the coordinator decides what
   * becomes of it: until then this actor stands still, and answers what it is asked of the steps
   * before.
   */
  protected final void stepFailed(Throwable failure, long step, long[] images) {
    if (failure instanceof NonFiniteLossException && !standsStill()) {
      notFinite = new LossNotFinite(lineage(), role, step, failure.getMessage(), images);
      wiring().coordinator().tell(notFinite);
    } else {
      failed(failure);
    }
  }

  /** Whether it met a loss that is not finite, and takes no further step in this lineage. */
  protected final boolean standsStill() {
    return notFinite != null;
  }

  /** While it stands still, what was to follow that step fails too, and is of no matter. */
  @Override
  protected final void failed(Throwable failure) {
    if (!standsStill()) {
      super.failed(failure);
    }
  }

  /**
   * Takes up what was saved; gives what came with it.
   *
   * @param <S> the state
   * @param <T> what came with it
   */
  @FunctionalInterface
  protected interface Restoring<S, T> {
    T of(S state, Start start, Optional<WeightSet> saved);
  }

  /**
   * Makes the state anew, and restores this owner's half of the checkpoint that the lineage starts
   * from, wherever that is; there is none where it starts from scratch.
   */
  protected final <S extends AutoCloseable, T> void restore(
      LaneState<S> state, Callable<S> opening, Restoring<S, T> restoring, Consumer<T> then) {
    Start start = start();
    Consumer<Optional<WeightSet>> renewal =
        saved -> pipe(state.renew(opening, made -> restoring.of(made, start, saved)), then);
    if (start.checkpoint().isEmpty()) {
      renewal.accept(Optional.empty());
    } else {
      read(
          start.step(),
          half::equals,
          read -> renewal.accept(Optional.ofNullable(read.get(half))),
          failure -> {
            throw new LaneFailure(failure);
          });
    }
  }

  /** Fails unless the state is of the step that the lineage starts at. */
  protected final void requireStep(Start start, long step) {
    if (step != start.step()) {
      throw new IllegalStateException(
          "the lineage starts at step %d, but the %s half of %s is of step %d"
              .formatted(
                  start.step(),
                  half,
                  start.checkpoint().isEmpty() ? "a fresh start" : start.checkpoint(),
                  step));
    }
  }

  /**
   * Writes this half of the checkpoint of {@code step}, tells the checkpointer, and releases the
   * weights.
   */
  protected final void write(long step, WeightSet weights) {
    long number = lineage().number();
    writing.add(step);
    pipe(
        files().run(() -> written(step, number, weights)),
        written -> onWritten(step, written),
        failure -> onNotWritten(step, failure));
  }

  private CheckpointHalves.Half written(long step, long number, WeightSet weights)
      throws IOException {
    try {
      return halves.write(step, number, half, weights);
    } finally {
      weights.release();
    }
  }

  protected final boolean isWriting(long step) {
    return writing.contains(step);
  }

  /** Tells the checkpointer again of this half at {@code step}, if that is written. */
  protected final boolean tellHalfAgain(long step) {
    HalfSaved written = told.get(step);
    if (written != null) {
      tell(written);
    }
    return written != null;
  }

  /** Nobody will take that half any more; if it is asked for again, it is cut again. */
  private void onAbandoned(CheckpointAbandoned abandoned) {
    forgetHalf(step -> step == abandoned.step());
  }

  /** The checkpointer has this half, and no use for those before it. */
  private void onKept(CheckpointWritten written) {
    forgetHalf(step -> step <= written.step());
  }

  private void forgetHalf(LongPredicate which) {
    told.keySet().removeIf(which::test);
    discard(which);
  }

  private void discard(LongPredicate which) {
    long number = lineage().number();
    pipe(
        files()
            .run(
                () -> {
                  halves.discard(half, number, which);
                  return true;
                }),
        discarded -> {},
        failure ->
            SupervisionLog.event("halves-not-removed")
                .with("half", half)
                .with("cause", failure)
                .warn());
  }

  /** The checkpointer may be another one now, which knows of no halves. */
  @Override
  protected void rewired() {
    super.rewired();
    told.values().forEach(this::tell);
  }

  private void onWritten(long step, CheckpointHalves.Half written) {
    writing.remove(step);
    HalfSaved saved =
        new HalfSaved(lineage(), step, half, List.of(written.file()), Map.of(), written.location());
    told.put(step, saved);
    tell(saved);
  }

  private void onNotWritten(long step, Throwable failure) {
    writing.remove(step);
    wiring()
        .coordinator()
        .tell(
            new CheckpointFailed(
                lineage(), step, "the %s half was not written: %s".formatted(half, failure)));
    if (failure instanceof NonFiniteWeightsException) {
      failed(failure); // training on from such weights would be in vain
    }
  }

  private void tell(HalfSaved saved) {
    wiring().checkpointers().stream()
        .findFirst()
        .ifPresent(checkpointer -> checkpointer.tell(saved));
  }
}
