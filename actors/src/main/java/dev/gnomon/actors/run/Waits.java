package dev.gnomon.actors.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who waits for what, since when, and whether it is time to say so. */
final class Waits {

  private record Key(String actor, String forWhat) {}

  private static final class Since {
    private final Duration began;
    private Duration said; // null before the first time

    private Since(Duration began) {
      this.began = began;
    }
  }

  /** Someone waits, or has waited, for that long. */
  record Wait(String actor, String forWhat, Duration lasted) {}

  private final Map<Key, Since> waits = new LinkedHashMap<>();
  private Duration between;

  /**
   * @param between least time between two sayings of one wait
   */
  Waits(Duration between) {
    this.between = between;
  }

  /** From now on that is the least time. */
  void between(Duration other) {
    between = other;
  }

  /** The least time between two sayings of one wait. */
  Duration between() {
    return between;
  }

  /**
   * An actor waits.
   *
   * @param atOnce whether its first saying is due at once, or after the least time
   * @param now time since any fixed moment
   * @return the wait, if it is to be said now
   */
  Optional<Wait> waiting(String actor, String forWhat, boolean atOnce, Duration now) {
    Since since = waits.computeIfAbsent(new Key(actor, forWhat), unused -> new Since(now));
    Duration last = since.said != null ? since.said : since.began;
    boolean due = since.said == null && atOnce || now.minus(last).compareTo(between) >= 0;
    if (!due) {
      return Optional.empty();
    }
    since.said = now;
    return Optional.of(new Wait(actor, forWhat, now.minus(since.began)));
  }

  /** An actor waits for those alone; gives the waits that are over, if they were said. */
  List<Wait> only(String actor, Collection<String> forWhat, Duration now) {
    List<Wait> over = new ArrayList<>();
    waits
        .entrySet()
        .removeIf(
            wait -> {
              Key key = wait.getKey();
              boolean ended = key.actor().equals(actor) && !forWhat.contains(key.forWhat());
              if (ended && wait.getValue().said != null) {
                over.add(new Wait(actor, key.forWhat(), now.minus(wait.getValue().began)));
              }
              return ended;
            });
    return over;
  }

  /** Nobody waits. */
  void clear() {
    waits.clear();
  }

  /** All waits there are, in the order they began. */
  List<Wait> all(Duration now) {
    List<Wait> all = new ArrayList<>();
    waits.forEach(
        (key, since) -> all.add(new Wait(key.actor(), key.forWhat(), now.minus(since.began))));
    return all;
  }
}
