package dev.gnomon.model.checkpoint;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which checkpoints may go: all but the {@code newest} ones by step, the {@code best} ones by score
 * (lower is better), and those that someone still reads.
 */
public record RetentionPolicy(int newest, int best) {

  public RetentionPolicy {
    if (newest < 1 || best < 0) {
      throw new IllegalArgumentException(
          "at least the newest checkpoint is kept: newest %d, best %d".formatted(newest, best));
    }
  }

  /**
   * Steps to delete.
   *
   * @param steps the checkpoints there are
   * @param scores those of the scored ones; a checkpoint without a number is none of the best
   * @param pinned steps that must stay
   */
  public SortedSet<Long> expendable(
      Collection<Long> steps, Map<Long, Double> scores, Set<Long> pinned) {
    SortedSet<Long> expendable = new TreeSet<>(steps);
    expendable.removeAll(pinned);
    steps.stream()
        .distinct()
        .sorted(Comparator.reverseOrder())
        .limit(newest)
        .forEach(expendable::remove);
    steps.stream()
        .distinct()
        .filter(step -> !Double.isNaN(scores.getOrDefault(step, Double.NaN)))
        .sorted(
            Comparator.<Long, Double>comparing(scores::get)
                .thenComparing(Comparator.reverseOrder()))
        .limit(best)
        .forEach(expendable::remove);
    return expendable;
  }
}
