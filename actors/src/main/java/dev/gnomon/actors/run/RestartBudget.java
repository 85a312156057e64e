package dev.gnomon.actors.run;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * How often an actor may restart: at most {@code attempts} times within a time, each after a pause
 * that doubles. An actor that fails more often will fail again, so the run gives up and says so.
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

  private int attempts;
  private Duration within;
  private final Duration first;
  private final Duration longest;
  private final Map<String, Deque<Duration>> recent = new HashMap<>();
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
   * An actor restarted.
   *
   * @param now time since any fixed moment
   */
  Attempt restarted(String actor, Duration now) {
    Deque<Duration> times = recent.computeIfAbsent(actor, unused -> new ArrayDeque<>());
    while (!times.isEmpty() && now.minus(times.getFirst()).compareTo(within) > 0) {
      times.removeFirst();
    }
    times.addLast(now);
    totals.merge(actor, 1, Integer::sum);
    return new Attempt(times.size(), attempts, backoff(times.size()));
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
