package dev.gnomon.actors;

import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.CheckpointAbandoned;
import dev.gnomon.protocol.CheckpointFailed;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.SavedFile;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.StepDone;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An actor that owns one half of the training state: it counts its steps to the coordinator and
 * writes its half of a checkpoint, from a copy in host memory on a lane of its own, so that
 * training never waits for a disk.
 */
public abstract class StateOwner extends RoleActor {

  private final Role role;
  private final String half;
  private final CheckpointHalves halves;
  private final Lane files;
  private final Set<Long> writing = new HashSet<>();
  private StepDone lastDone; // null before the first step of a lineage
  private HalfSaved lastHalf; // null before the first

  protected StateOwner(Life life, String half, CheckpointHalves halves) {
    super(life);
    this.role = life.identity().role();
    this.half = half;
    this.halves = halves;
    this.files = new Lane("gnomon-" + half + "-files");
  }

  /** Forgets what was told in an older lineage. */
  protected final void forgetTold() {
    writing.clear();
    lastDone = null;
    lastHalf = null;
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
  }

  /**
   * This owner's half of the checkpoint that {@code start} names; empty where it names none.
   * Blocks.
   */
  protected final Optional<WeightSet> saved(Start start) throws IOException {
    return start.checkpoint().isEmpty()
        ? Optional.empty()
        : Optional.of(halves.read(start.checkpoint(), half));
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
        files.run(() -> written(step, number, weights)),
        file -> onWritten(step, file),
        failure -> onNotWritten(step, failure));
  }

  private SavedFile written(long step, long number, WeightSet weights) throws IOException {
    try {
      return halves.write(step, number, half, weights);
    } finally {
      weights.release();
    }
  }

  protected final boolean isWriting(long step) {
    return writing.contains(step);
  }

  /** Tells the checkpointer again of this half at {@code step}, if that is the newest written. */
  protected final boolean tellHalfAgain(long step) {
    boolean written = lastHalf != null && lastHalf.step() == step;
    if (written) {
      tellHalf();
    }
    return written;
  }

  /**
   * The half of that checkpoint is gone from the disk; if it is asked for again, it is cut again.
   */
  protected final void forgetHalf(CheckpointAbandoned abandoned) {
    if (lastHalf != null && lastHalf.step() == abandoned.step()) {
      lastHalf = null;
    }
  }

  /** The checkpointer may be another one now, which knows of no halves. */
  @Override
  protected void rewired() {
    if (lastHalf != null) {
      tellHalf();
    }
  }

  @Override
  protected void close() {
    files.close();
  }

  private void onWritten(long step, SavedFile file) {
    writing.remove(step);
    lastHalf = new HalfSaved(lineage(), step, half, List.of(file), Map.of());
    tellHalf();
  }

  private void onNotWritten(long step, Throwable failure) {
    writing.remove(step);
    wiring()
        .coordinator()
        .tell(
            new CheckpointFailed(
                lineage(), step, "the %s half was not written: %s".formatted(half, failure)));
  }

  private void tellHalf() {
    wiring().checkpointers().stream()
        .findFirst()
        .ifPresent(checkpointer -> checkpointer.tell(lastHalf));
  }
}
