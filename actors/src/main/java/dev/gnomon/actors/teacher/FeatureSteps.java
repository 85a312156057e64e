package dev.gnomon.actors.teacher;

import dev.gnomon.model.training.VersionSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which steps a teacher makes features for, in order: of n teachers number i takes the guided steps
 * m with m mod n = i, once they are admitted, and besides those that it is asked for. Steps before
 * the first that can be remade from the lineage's start, and steps that are done, it leaves out.
 */
final class FeatureSteps {

  private final VersionSchedule schedule;
  private final SortedSet<Long> made = new TreeSet<>();
  private final SortedSet<Long> requested = new TreeSet<>();
  private long first; // steps below are done, or their conditions are in the checkpoint
  private long admitted;
  private int place = -1;
  private int teachers = 1;

  /** The steps of a lineage that starts at {@code start}; none is admitted, nothing assigned. */
  FeatureSteps(VersionSchedule schedule, long start) {
    this.schedule = schedule;
    this.first = schedule.firstRemade(start);
  }

  /** From now on this teacher is number {@code place} of {@code teachers}; -1 = none of them. */
  void assign(int place, int teachers) {
    this.place = place;
    this.teachers = Math.max(1, teachers);
  }

  /** Steps below {@code below} may start, so those a lead and one before it are done. */
  void admit(long below) {
    admitted = Math.max(admitted, Math.min(below, schedule.steps()));
    first = Math.max(first, admitted - schedule.lead() - 1);
    made.headSet(first).clear();
    requested.headSet(first).clear();
  }

  /** Features of that step are wanted of this teacher, made already or not. */
  void request(long step) {
    admit(step + 1); // whoever waits for it was admitted to it
    if (isOpen(step)) {
      made.remove(step);
      requested.add(step);
    }
  }

  /** Features of that step were made. */
  void made(long step) {
    if (step >= first) {
      made.add(step);
    }
    requested.remove(step);
  }

  /** Whether features of that step can be made and may be of use. */
  boolean isOpen(long step) {
    return step >= first && step < admitted;
  }

  /** The steps to make next, at most {@code count}, in order. */
  List<Long> next(int count) {
    List<Long> next = new ArrayList<>();
    for (long step = first; step < admitted && next.size() < count; step++) {
      boolean own = place >= 0 && step % teachers == place;
      if ((own || requested.contains(step)) && !made.contains(step)) {
        next.add(step);
      }
    }
    return next;
  }

  /** How many steps it may and has yet to make. */
  int left() {
    return next(Integer.MAX_VALUE).size();
  }

  /** Steps below this are of no more use. */
  long first() {
    return first;
  }
}
