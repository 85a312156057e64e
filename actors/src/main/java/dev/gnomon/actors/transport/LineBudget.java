package dev.gnomon.actors.transport;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How much may be said of what strangers do: each thing once in a while, and so many things in all.
 * The rest is counted.
 */
final class LineBudget {

  private final int most;
  private final long windowNanos;
  private final LongSupplier nanoTime;
  private final Set<String> said = new HashSet<>();
  private long windowBegan;
  private long unsaid;

  /** At most {@code most} different lines {@code within} a time. */
  LineBudget(int most, Duration within, LongSupplier nanoTime) {
    this.most = most;
    this.windowNanos = within.toNanos();
    this.nanoTime = nanoTime;
    this.windowBegan = nanoTime.getAsLong();
  }

  /** Whether {@code what} may be said now. */
  synchronized boolean take(String what) {
    long now = nanoTime.getAsLong();
    if (now - windowBegan >= windowNanos) {
      windowBegan = now;
      said.clear();
    }
    if (said.size() < most && said.add(what)) {
      return true;
    }
    unsaid++;
    return false;
  }

  /** How many went unsaid since this was asked last. */
  synchronized long unsaid() {
    long count = unsaid;
    unsaid = 0;
    return count;
  }
}
