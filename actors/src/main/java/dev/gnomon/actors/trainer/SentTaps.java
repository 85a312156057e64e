package dev.gnomon.actors.trainer;

import dev.gnomon.protocol.Taps;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Taps of one lineage that were sent and may have to be sent again: those of steps that the
 * assigner has yet to do, and those before the last cut, as their marker may come after them.
 */
final class SentTaps {

  private final SortedMap<Long, Taps> sent = new TreeMap<>(); // by step
  private long cut = -1; // steps done at the last cut

  /** A checkpoint is cut when {@code done} steps are done. */
  void cut(long done) {
    cut = done;
  }

  /** Whether the last checkpoint is cut after that step. */
  boolean isMarked(long step) {
    return cut == step + 1;
  }

  /** Those are sent now. */
  void keep(Taps taps) {
    sent.put(taps.step(), taps);
  }

  /** The taps of that step; empty where they are yet to be sent, or of no more use. */
  Optional<Taps> of(long step) {
    return Optional.ofNullable(sent.get(step));
  }

  /** Everyone has done the steps below {@code step}. */
  void done(long step) {
    sent.headMap(step).keySet().removeIf(before -> !isMarked(before));
  }
}
