package dev.gnomon.actors.run;

import dev.gnomon.actors.run.Crew.Member;
import dev.gnomon.actors.run.RestartBudget.Attempt;
import dev.gnomon.actors.settings.RestartSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.protocol.Role;
import java.time.Duration;

/** What a failure leads to: says it in the log, and whether there may be another attempt. */
final class Restarts {

  /** What follows from a restart. */
  enum Verdict {
    /** The actor joins the lineage again; nothing is lost. */
    REJOIN,
    /** State is lost: everyone goes back to the newest checkpoint. */
    ROLLBACK,
    /** It will fail again; the run goes on without scores. */
    END_SCORING,
    /** It will fail again, and the run can not go on without it. */
    END_RUN
  }

  private final RestartBudget budget;
  private final Progress progress;
  private final Announcer announcer;
  private final long openedAt = System.nanoTime();

  Restarts(RestartSettings settings, Progress progress, Announcer announcer) {
    this.budget =
        new RestartBudget(
            settings.attempts(),
            settings.within(),
            settings.firstBackoff(),
            settings.longestBackoff());
    this.progress = progress;
    this.announcer = announcer;
  }

  /** From now on that many restarts are allowed. */
  void allow(RestartSettings settings) {
    budget.allow(settings.attempts(), settings.within());
  }

  /** An actor lost its lineage. */
  Verdict restarted(Member member, String cause) {
    boolean rollback = member.seat().stateful();
    Attempt attempt =
        rollback
            ? budget.restarted(member.actor(), elapsed(), progress.newest().step())
            : budget.restarted(member.actor(), elapsed());
    announcer.warn(
        SupervisionLog.event("restart")
            .with("actor", member.seat())
            .with("path", member.actor())
            .with("node", member.node())
            .with("cause", cause)
            .with("attempt", attempt)
            .with("backoff", attempt.backoff())
            .with("step", progress.done())
            .with("weights", progress.keptBy(member.seat()))
            .with("lost", rollback ? progress.lost() : 0));
    if (!attempt.exhausted()) {
      return rollback ? Verdict.ROLLBACK : Verdict.REJOIN;
    }
    announcer.warn(
        SupervisionLog.event("given-up")
            .with("actor", member.seat())
            .with("cause", cause)
            .with("attempt", attempt)
            .with("step", progress.done())
            .with("node", member.node()));
    return member.seat().role() == Role.EVALUATOR ? Verdict.END_SCORING : Verdict.END_RUN;
  }

  /** A loss was not finite; gives whether the run goes back to its newest checkpoint without it. */
  boolean notFinite(SkippedBatches.Found found) {
    SupervisionLog event =
        found.oneTooMany()
            ? SupervisionLog.event("given-up")
            : SupervisionLog.event("batch-skipped");
    announcer.warn(
        event
            .with("actor", found.loss().role().wireName())
            .with("step", found.loss().step())
            .with("cause", found.loss().cause())
            .with("images", found.images())
            .with("attempt", found.attempt())
            .with("weights", progress.newest().step())
            .with("lost", progress.lost()));
    return !found.oneTooMany();
  }

  /** The run directory could not be used; gives the attempt that follows. */
  Attempt notRecovered(String cause) {
    Attempt attempt = budget.restarted("run directory", elapsed());
    announcer.warn(
        SupervisionLog.event("recovery-failed")
            .with("actor", Announcer.COORDINATOR)
            .with("cause", cause)
            .with("attempt", attempt)
            .with("backoff", attempt.backoff()));
    return attempt;
  }

  /** The last checkpoint could not be written; gives whether that was once too often. */
  boolean lastNotWritten() {
    return budget.restarted("last checkpoint", elapsed()).exhausted();
  }

  /** Restarts of an actor so far. */
  int of(String actor) {
    return budget.restarts(actor);
  }

  /** Restarts of everything so far. */
  int all() {
    return budget.restarts();
  }

  /** Time since the run was opened. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - openedAt);
  }
}
