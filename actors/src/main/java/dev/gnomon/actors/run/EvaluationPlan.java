package dev.gnomon.actors.run;

import dev.gnomon.model.training.VersionSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which checkpoint is scored when. One evaluation runs at a time and training does not wait for it:
 * while one runs only the newest checkpoint waits for its turn, so a slow evaluation skips
 * checkpoints but never the last.
 */
final class EvaluationPlan {

  /** A checkpoint to be scored. */
  record Candidate(long step, String directory) {}

  private final VersionSchedule schedule;
  private long every;
  private Optional<Candidate> current = Optional.empty();
  private Optional<Candidate> waiting = Optional.empty();

  /**
   * @param every steps between two evaluations; 0 = none
   */
  EvaluationPlan(VersionSchedule schedule, long every) {
    this.schedule = schedule;
    this.every = every;
  }

  /** From now on so many steps are between two evaluations. */
  void every(long steps) {
    every = steps;
  }

  /** Whether the checkpoint of {@code step} is to be scored. */
  boolean due(long step) {
    if (every < 1 || step < 1) {
      return false;
    }
    long multiple = every * (step / every);
    return step == schedule.steps() || (multiple > 0 && schedule.checkpointAt(multiple) == step);
  }

  /**
   * A lineage begins at {@code step}: checkpoints after it are gone, those before are still due.
   */
  void begin(long step) {
    current = current.filter(c -> c.step() <= step);
    waiting = waiting.filter(c -> c.step() <= step);
    advance();
  }

  /**
   * A checkpoint to be scored.
   *
   * @return the one that is skipped for it
   */
  Optional<Candidate> offer(Candidate candidate) {
    if (current.filter(c -> c.step() >= candidate.step()).isPresent()
        || waiting.filter(c -> c.step() >= candidate.step()).isPresent()) {
      return Optional.empty();
    }
    Optional<Candidate> skipped = waiting;
    waiting = Optional.of(candidate);
    advance();
    return skipped;
  }

  /** The checkpoint of {@code step} is scored, or can not be. */
  void settled(long step) {
    if (current.filter(c -> c.step() == step).isPresent()) {
      current = Optional.empty();
      advance();
    }
  }

  /** Nothing is scored any more. */
  void cancel() {
    current = Optional.empty();
    waiting = Optional.empty();
  }

  /** The checkpoint that is being scored. */
  Optional<Candidate> current() {
    return current;
  }

  /** Steps of the checkpoints that must stay until they are scored. */
  List<Long> pinned() {
    List<Long> steps = new ArrayList<>();
    current.ifPresent(c -> steps.add(c.step()));
    waiting.ifPresent(c -> steps.add(c.step()));
    return steps;
  }

  private void advance() {
    if (current.isEmpty()) {
      current = waiting;
      waiting = Optional.empty();
    }
  }
}
