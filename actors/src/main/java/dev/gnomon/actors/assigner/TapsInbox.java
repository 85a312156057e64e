package dev.gnomon.actors.assigner;

import dev.gnomon.protocol.Taps;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Taps in the order of their steps, whatever order they come in, each once. */
final class TapsInbox {

  private final SortedMap<Long, Taps> waiting = new TreeMap<>();
  private long next;

  /** Taps of the steps from {@code next} on. */
  TapsInbox(long next) {
    this.next = next;
  }

  /** The step whose taps are taken next. */
  long next() {
    return next;
  }

  /** How many wait. */
  int size() {
    return waiting.size();
  }

  /** Takes taps; whether they are of a step to come that was not there. */
  boolean accept(Taps taps) {
    return taps.step() >= next && waiting.putIfAbsent(taps.step(), taps) == null;
  }

  /** The taps of the next step, if they are there; the one after it is next then. */
  Optional<Taps> take() {
    Taps taps = waiting.remove(next);
    if (taps != null) {
      next++;
    }
    return Optional.ofNullable(taps);
  }
}
