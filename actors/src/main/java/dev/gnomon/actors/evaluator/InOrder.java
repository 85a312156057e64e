package dev.gnomon.actors.evaluator;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Hands on what comes in any order in the order of its number, from 0.
 *
 * @param <T> what comes
 */
final class InOrder<T> {

  private final SortedMap<Long, T> early = new TreeMap<>();
  private long next;

  /** {@code value} came; gives what can be handed on now. */
  List<T> accept(long number, T value) {
    if (number >= next) {
      early.putIfAbsent(number, value);
    }
    List<T> ready = new ArrayList<>();
    while (early.containsKey(next)) {
      ready.add(early.remove(next++));
    }
    return ready;
  }
}
