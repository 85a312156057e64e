package dev.gnomon.actors.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often an actor may restart: at most {@code attempts} times within a time, each after a pause
 * that doubles. An actor that fails more often will fail again, so the run gives up and says so.
 * Restarts that threw steps away count for longer, until a newer checkpoint is there: a failure
 * that comes again at the same step is the same failure, however long the steps before it take.
 */
final class RestartBudget {

  /**
   * A restart.
   *
   * @param number which one of those that count, from 1
   * @param of how many there may be
   * @param backoff pause before it
   */
  record Attempt(int number, int of, Duration backoff) {

    /** Whether it was one too many. */
    boolean exhausted() {
      return number > of;
    }

    @Override
    public String toString() {
      return number + "/" + of;
    }
  }

  /** A restart, and the checkpoint it went back to; none where it threw nothing away. */
  private record Restart(Duration at, long checkpoint) {}

  private static final long NONE = -1;

  private int attempts;
  private Duration within;
  private final Duration first;
  private final Duration longest;
  private final Map<String, List<Restart>> recent = new HashMap<>();
  private final Map<String, Integer> totals = new HashMap<>();

  RestartBudget(int attempts, Duration within, Duration first, Duration longest) {
    this.attempts = attempts;
    this.within = within;
    this.first = first;
    this.longest = longest;
  }

  /** From now on {@code attempts} restarts within {@code within} are allowed. */
  void allow(int attempts, Duration within) {
    this.attempts = attempts;
    this.within = within;
  }

  /**
   * An actor restarted, and nothing is lost.
   *
   * @param now time since any fixed moment
   */
  Attempt restarted(String actor, Duration now) {
    return restarted(actor, now, NONE);
  }

  /**
   * An actor restarted.
   *
   * @param now time since any fixed moment
   * @param checkpoint step that the run goes back to
   */
  Attempt restarted(String actor, Duration now, long checkpoint) {
    List<Restart> restarts = recent.computeIfAbsent(actor, unused -> new ArrayList<>());
    restarts.removeIf(
        old ->
            now.minus(old.at()).compareTo(within) > 0
                && (old.checkpoint() == NONE || checkpoint > old.checkpoint()));
    restarts.add(new Restart(now, checkpoint));
    totals.merge(actor, 1, Integer::sum);
    return new Attempt(restarts.size(), attempts, backoff(restarts.size()));
  }

  /** Restarts of an actor so far. */
  int restarts(String actor) {
    return totals.getOrDefault(actor, 0);
  }

  /** Restarts of all actors so far. */
  int restarts() {
    return totals.values().stream().mapToInt(Integer::intValue).sum();
  }

  private Duration backoff(int number) {
    Duration pause = first;
    for (int i = 1; i < number && pause.compareTo(longest) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(longest) > 0 ? longest : pause;
  }
}
