package dev.gnomon.actors.run;

import dev.gnomon.actors.telemetry.SupervisionLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Tells the supervision log and the listener the same; a wait that lasts, only now and then. */
final class Announcer {

  private final RunListener listener;
  private final long betweenNanos;
  private final Map<String, Long> waits = new HashMap<>();

  /**
   * @param between least time between two lines of the same wait
   */
  Announcer(RunListener listener, Duration between) {
    this.listener = listener;
    this.betweenNanos = between.toNanos();
  }

  /** What went as it should. */
  void info(SupervisionLog event) {
    listener.onEvent(event.info());
  }

  /** What an operator may have to look at. */
  void warn(SupervisionLog event) {
    listener.onEvent(event.warn());
  }

  /** Someone waits for something. */
  void waiting(String actor, String forWhat, long step) {
    long now = System.nanoTime();
    Long last = waits.get(actor + forWhat);
    if (last == null || now - last >= betweenNanos) {
      waits.put(actor + forWhat, now);
      info(
          SupervisionLog.event("waiting")
              .with("actor", actor)
              .with("for", forWhat)
              .with("step", step));
    }
  }

  /** The run is over. */
  void over(RunSummary summary) {
    var event =
        SupervisionLog.event("over")
            .with("outcome", summary.outcome().name().toLowerCase(Locale.ROOT))
            .with("step", summary.step())
            .with("of", summary.steps())
            .with("took", summary.elapsed())
            .with("restarts", summary.restarts())
            .with("digest", summary.digest());
    if (summary.outcome() == RunSummary.Outcome.FAILED) {
      warn(event.with("cause", summary.cause()));
    } else {
      info(event);
    }
  }

  /** Whoever waited got what it needed. */
  void moved() {
    waits.clear();
  }
}
