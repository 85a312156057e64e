package dev.gnomon.actors;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was asked for and has not come. At each tick of the deadline those that were outstanding at
 * the tick before too are overdue, and are asked for again.
 */
public final class Outstanding {

  private static final class Wait {
    private boolean ticked;
    private int attempts = 1;
  }

  private final SortedMap<Long, Wait> waits = new TreeMap<>();

  /** Whether {@code key} is asked for only now; from now on it is outstanding. */
  public boolean ask(long key) {
    return waits.putIfAbsent(key, new Wait()) == null;
  }

  /** {@code key} came. */
  public void came(long key) {
    waits.remove(key);
  }

  /** Nothing below {@code key} is of use any more. */
  public void forgetBelow(long key) {
    waits.headMap(key).clear();
  }

  public void forgetAll() {
    waits.clear();
  }

  /** How often {@code key} was asked for, 0 where it is not outstanding. */
  public int attempts(long key) {
    Wait wait = waits.get(key);
    return wait == null ? 0 : wait.attempts;
  }

  /** A deadline passes: what is overdue, in ascending order, each counted as asked for again. */
  public List<Long> tick() {
    List<Long> overdue = new ArrayList<>();
    waits.forEach(
        (key, wait) -> {
          if (wait.ticked) {
            wait.attempts++;
            overdue.add(key);
          }
          wait.ticked = true;
        });
    return overdue;
  }
}
