package dev.gnomon.actors.run;

import dev.gnomon.actors.ActorName;
import dev.gnomon.actors.run.Crew.Member;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.protocol.WaitStatus;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells the supervision log and the listener the same; a wait that lasts, only now and then. */
final class Announcer {

  /** Who waits for seats to be filled. */
  static final String COORDINATOR = "coordinator";

  private final RunListener listener;
  private final Waits waits;
  private Duration droppedSaid; // null before the first time

  /**
   * @param between least time between two lines of the same wait
   */
  Announcer(RunListener listener, Duration between) {
    this.listener = listener;
    this.waits = new Waits(between);
  }

  /** From now on that is the least time between two lines of the same wait. */
  void between(Duration other) {
    waits.between(other);
  }

  /** What went as it should. */
  void info(SupervisionLog event) {
    listener.onEvent(event.info());
  }

  /** What an operator may have to look at. */
  void warn(SupervisionLog event) {
    listener.onEvent(event.warn());
  }

  /** An actor waits; a line once it has waited long. */
  void waiting(Member member, String forWhat, long step) {
    waits
        .waiting(member.actor(), forWhat, false, now())
        .ifPresent(
            wait -> info(begun(member.seat().toString(), wait, step).with("node", member.node())));
  }

  /** An actor waits for those alone. */
  void waitsOnly(Member member, Collection<String> forWhat, long step) {
    waits
        .only(member.actor(), forWhat, now())
        .forEach(
            wait -> info(over(member.seat().toString(), wait, step).with("node", member.node())));
  }

  /** Others fill a seat now, by their names. */
  void crewChanged(Seat seat, List<String> before, List<String> now, Progress progress) {
    for (String actor : now) {
      if (!before.contains(actor)) {
        info(moved("joined", seat, actor, now.size(), progress));
      }
    }
    for (String actor : before) {
      if (!now.contains(actor)) {
        waits.only(actor, List.of(), now()); // it waits no longer
        warn(
            moved("lost", seat, actor, now.size(), progress)
                .with("weights", progress.keptBy(seat))
                .with("lost", seat.stateful() ? progress.lost() : 0));
      }
    }
  }

  private static SupervisionLog moved(
      String event, Seat seat, String actor, int there, Progress progress) {
    return SupervisionLog.event(event)
        .with("actor", seat)
        .with("there", there)
        .with("step", progress.done())
        .with("node", ActorName.of(actor).node());
  }

  /** Messages of another lineage were dropped; gives whether that was said, or is to wait. */
  boolean dropped(long messages) {
    Duration now = now();
    if (droppedSaid != null && now.minus(droppedSaid).compareTo(waits.between()) < 0) {
      return false;
    }
    droppedSaid = now;
    info(
        SupervisionLog.event("dropped")
            .with("actor", COORDINATOR)
            .with("messages", messages)
            .with("reason", "of another lineage"));
    return true;
  }

  /** The coordinator waits for those alone, such as a seat, each with the reason. */
  void waitingFor(Map<String, String> lacking, long step) {
    List<String> names = List.copyOf(lacking.keySet());
    waits.only(COORDINATOR, names, now()).forEach(wait -> info(over(COORDINATOR, wait, step)));
    lacking.forEach(
        (what, reason) ->
            waits
                .waiting(COORDINATOR, what, true, now())
                .ifPresent(wait -> info(begun(COORDINATOR, wait, step).with("reason", reason))));
  }

  /** A lineage begins: whoever waited waits for something else. */
  void moved() {
    waits.clear();
  }

  /** Who waits for what. */
  List<WaitStatus> waits() {
    return waits.all(now()).stream()
        .map(w -> new WaitStatus(w.actor(), w.forWhat(), w.lasted().toMillis() / 1000.0))
        .toList();
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
    if (!summary.cause().isEmpty()) {
      event.with("cause", summary.cause());
    }
    if (summary.outcome() == RunSummary.Outcome.FAILED) {
      warn(event);
    } else {
      info(event);
    }
  }

  private static SupervisionLog begun(String actor, Waits.Wait wait, long step) {
    return SupervisionLog.event("waiting")
        .with("actor", actor)
        .with("for", wait.forWhat())
        .with("step", step)
        .with("since", LocalDateTime.now().minus(wait.lasted()));
  }

  private static SupervisionLog over(String actor, Waits.Wait wait, long step) {
    return SupervisionLog.event("wait-over")
        .with("actor", actor)
        .with("for", wait.forWhat())
        .with("step", step)
        .with("took", wait.lasted());
  }

  private static Duration now() {
    return Duration.ofNanos(System.nanoTime());
  }
}
