package dev.gnomon.actors.run;

import dev.gnomon.model.training.VersionSchedule;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * At which steps checkpoints are cut: at the multiples of {@code every}, where one is asked for,
 * and at the end. Two may be on their way to the disk; until one of them has arrived or failed, the
 * step that would cut a third is held back, so that snapshots never pile up in memory.
 */
final class CheckpointPlan {

  private static final int ON_THEIR_WAY = 2;

  private final VersionSchedule schedule;
  private long every;
  private final NavigableSet<Long> asked = new TreeSet<>();
  private final NavigableSet<Long> cut = new TreeSet<>();
  private long trained;
  private long fixed; // nothing is planned anew up to here

  CheckpointPlan(VersionSchedule schedule, long every) {
    if (every < 1) {
      throw new IllegalArgumentException("checkpoints every " + every + " steps");
    }
    this.schedule = schedule;
    this.every = every;
  }

  /** A lineage begins with {@code step} steps done, from a checkpoint or from scratch. */
  void begin(long step) {
    trained = step;
    fixed = 0;
    asked.clear();
    cut.clear();
  }

  /**
   * From now on so many steps are between two checkpoints. The next one stays, as the trainer was
   * told of it, and among the steps that may be under way those that were planned, and no others.
   *
   * @param below steps below this are admitted
   */
  void every(long steps, long below) {
    if (steps < 1) {
      throw new IllegalArgumentException("checkpoints every " + steps + " steps");
    }
    if (trained >= schedule.steps()) {
      every = steps;
      return;
    }
    long last = Math.min(below, schedule.steps() - 1);
    asked.add(next());
    for (long step = planned(trained); step <= last; step = planned(step)) {
      asked.add(step);
    }
    every = steps;
    fixed = Math.max(fixed, last);
  }

  /**
   * Asks for a checkpoint as soon as one can be cut that the trainer hears of in time.
   *
   * @param below steps below this are admitted and may be under way
   * @return its step
   */
  long now(long below) {
    long step = schedule.checkpointAt(Math.min(schedule.steps(), below + 1));
    if (step > trained) {
      asked.add(step);
    }
    return step;
  }

  /** The trainer has done {@code steps} steps: what was due on the way is on its way now. */
  void trained(long steps) {
    while (trained < steps && next() <= steps) {
      long step = next();
      cut.add(step);
      asked.remove(step);
      trained = step;
    }
    trained = Math.max(trained, steps);
  }

  /** The checkpoint of {@code step} is on disk, or could not be written. */
  void settled(long step) {
    cut.remove(step);
  }

  /** The step of the next checkpoint; past the last step when there is none left. */
  long next() {
    if (trained >= schedule.steps()) {
      return Long.MAX_VALUE;
    }
    long planned = planned(trained);
    Long sooner = asked.higher(trained);
    return sooner == null ? planned : Math.min(sooner, planned);
  }

  /** The first planned step after {@code step}, which is not the last. */
  private long planned(long step) {
    long after = Math.max(step, fixed);
    // A multiple just before may be cut after it, where the next version begins.
    long multiple = every * (Math.max(0, after - schedule.publishEvery() + 1) / every);
    while (schedule.checkpointAt(Math.min(multiple, schedule.steps())) <= after) {
      multiple += every;
    }
    return schedule.checkpointAt(Math.min(multiple, schedule.steps()));
  }

  /** Steps of the checkpoints that are on their way to the disk, ascending. */
  NavigableSet<Long> onTheirWay() {
    return Collections.unmodifiableNavigableSet(cut);
  }

  /**
   * Steps from here on wait for the disk. The oldest checkpoint on its way needs the conditions of
   * a few steps after it, so those are never held back.
   */
  long limit() {
    if (cut.size() < ON_THEIR_WAY) {
      return Long.MAX_VALUE;
    }
    long remade = schedule.firstRemade(cut.first());
    long third = next() - 1; // the step after which it would be cut
    return remade > schedule.boundary() ? Math.max(third, remade) : third;
  }
}
