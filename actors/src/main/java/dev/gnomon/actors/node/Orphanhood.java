package dev.gnomon.actors.node;

import java.time.Duration;

/**
 * Whether a node has outlived the coordinator's: for so long that nobody will come to lead what it
 * is part of. After a partition the coordinator may have founded a cluster of its own, which this
 * node can only join as a new one.
 */
final class Orphanhood {

  private final Duration patience;
  private boolean led; // whether there ever was one
  private Duration lastSeen = Duration.ZERO;

  /**
   * Patience for a coordinator that is lost.
   *
   * @param patience longer than a process takes to be started again
   */
  Orphanhood(Duration patience) {
    this.patience = patience;
  }

  /**
   * Whether it is time to go.
   *
   * @param coordinator whether a node of the cluster can have the coordinator
   * @param now time since any fixed moment
   */
  boolean after(boolean coordinator, Duration now) {
    if (coordinator) {
      led = true;
      lastSeen = now;
    }
    return led && now.minus(lastSeen).compareTo(patience) > 0;
  }
}
