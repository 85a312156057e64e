package dev.gnomon.actors.trainer;

import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.PendingConditions;
import dev.gnomon.model.training.VersionSchedule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * Checkpoints that are ordered, and those that are cut but not whole: the trunk's half of a
 * checkpoint of k also holds the conditions of the steps from k to the first whose conditions can
 * be made again, and those may come after the weights were copied.
 */
final class Cuts {

  /** The trunk's half of the checkpoint of {@code step}. */
  record Half(long step, WeightSet weights) {}

  private static final class Open {
    private final SortedMap<Long, Conditions> conditions = new TreeMap<>();
    private final Set<Long> missing = new HashSet<>();
    private WeightSet weights; // null until they are copied
  }

  private final VersionSchedule schedule;
  private final LongPredicate needsConditions;
  private final Set<Long> ordered = new HashSet<>();
  private final SortedMap<Long, Open> open = new TreeMap<>();

  /** No cuts. {@code needsConditions} tells whether those of a step come from the teacher. */
  Cuts(VersionSchedule schedule, LongPredicate needsConditions) {
    this.schedule = schedule;
    this.needsConditions = needsConditions;
  }

  /** A checkpoint is to be cut when {@code step} steps are done. */
  void order(long step) {
    ordered.add(step);
  }

  /** Whether to cut now that {@code step} steps are done: where it was ordered, and at the end. */
  boolean isDue(long step) {
    return ordered.contains(step) || step == schedule.steps();
  }

  /** Cuts at {@code step}, where {@code known} conditions wait for their steps. */
  void cut(long step, Collection<Conditions> known) {
    ordered.removeIf(older -> older <= step);
    Open cut = new Open();
    cut.missing.addAll(pending(step));
    open.put(step, cut);
    known.forEach(conditions -> give(cut, conditions));
  }

  /** Steps whose conditions belong into the checkpoint of {@code step}, in order. */
  List<Long> pending(long step) {
    List<Long> pending = new ArrayList<>();
    long remade = schedule.firstRemade(step);
    for (long m = Math.max(step, schedule.boundary()); m < remade; m++) {
      if (needsConditions.test(m)) {
        pending.add(m);
      }
    }
    return pending;
  }

  boolean isOpen(long step) {
    return open.containsKey(step);
  }

  /** The weights of an open cut. */
  void weights(long step, WeightSet copied) {
    open.get(step).weights = copied;
  }

  /** Conditions came that were not there before. */
  void conditions(Conditions given) {
    open.values().forEach(cut -> give(cut, given));
  }

  /** Steps whose conditions an open cut waits for. */
  Set<Long> missing() {
    Set<Long> missing = new HashSet<>();
    open.values().forEach(cut -> missing.addAll(cut.missing));
    return missing;
  }

  /** The halves that are whole now, each once. */
  List<Half> whole() {
    List<Half> whole = new ArrayList<>();
    Iterator<Map.Entry<Long, Open>> cuts = open.entrySet().iterator();
    while (cuts.hasNext()) {
      Map.Entry<Long, Open> entry = cuts.next();
      Open cut = entry.getValue();
      if (cut.weights != null && cut.missing.isEmpty()) {
        whole.add(
            new Half(entry.getKey(), PendingConditions.with(cut.weights, cut.conditions.values())));
        cuts.remove();
      }
    }
    return whole;
  }

  private static void give(Open cut, Conditions conditions) {
    if (cut.missing.remove(conditions.step())) {
      cut.conditions.put(conditions.step(), conditions);
    }
  }
}
