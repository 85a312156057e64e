package dev.gnomon.actors.run;

import akka.actor.typed.receptionist.Receptionist;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.Waiting;
import dev.gnomon.protocol.Working;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who of the crew comes, goes, waits and restarts: keeps it up to date, says what an operator
 * should know, and what follows for the run.
 */
final class Attendance {

  private final Crew crew;
  private final Progress progress;
  private final Restarts restarts;
  private final Announcer announcer;

  Attendance(Crew crew, Progress progress, Restarts restarts, Announcer announcer) {
    this.crew = crew;
    this.progress = progress;
    this.restarts = restarts;
    this.announcer = announcer;
  }

  /**
   * Those who can fill a seat now; gives the seats that others fill than before.
   *
   * @param going whether the run goes on, so that this matters
   */
  List<Seat> present(Receptionist.Listing listing, boolean going) {
    List<Seat> changed = new ArrayList<>();
    for (Seat seat : Seat.values()) {
      if (listing.isForKey(seat.key())) {
        List<String> before = crew.names(seat);
        if (crew.present(seat, seat.in(listing)) && going) {
          announcer.crewChanged(seat, before, crew.names(seat), progress);
          changed.add(seat);
        }
      }
    }
    return changed;
  }

  /**
   * Someone has no lineage while {@code lineage} is in work; gives what follows, if it is one of
   * the crew.
   */
  Optional<Restarts.Verdict> idle(Idle message, Lineage lineage) {
    return crew.named(message.actor())
        .map(
            member -> {
              if (!member.failed(message, lineage)) {
                return Restarts.Verdict.REJOIN; // it has yet to begin, or was heard before
              }
              crew.lost(member);
              return restarts.restarted(member, message.cause());
            });
  }

  /**
   * Nobody works: says who is waited for.
   *
   * @param asking whether the checkpointer is asked for the newest checkpoint
   */
  void awaitCrew(boolean asking) {
    Map<String, String> lacking = crew.unfilled(crew.missing());
    if (asking && !crew.filling(Seat.CHECKPOINTER).isEmpty()) {
      lacking.put("the newest checkpoint", "the checkpointer has not answered yet");
    }
    announcer.waitingFor(lacking, progress.done());
  }

  /** Someone waits. */
  void waiting(Waiting message) {
    crew.named(message.actor())
        .ifPresent(
            m -> {
              m.doing("waiting for " + message.forWhat(), message.step());
              announcer.waiting(m, message.forWhat(), message.step());
            });
  }

  /** Someone says what it is doing. */
  void working(Working message) {
    crew.named(message.actor())
        .ifPresent(
            m -> {
              m.working(message);
              announcer.waitsOnly(m, message.waitsFor(), message.step());
            });
  }
}
