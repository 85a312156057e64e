package dev.gnomon.actors.run;

import dev.gnomon.actors.Gauge;
import dev.gnomon.model.training.VersionSchedule;
import dev.gnomon.protocol.CheckpointStatus;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.RunStatus;
import dev.gnomon.protocol.VersionStatus;

/** What operators see of a run: everything its coordinator knows, at one moment. */
final class Overview {

  private final VersionSchedule schedule;
  private final boolean bootstrap;
  private final Crew crew;
  private final Progress progress;
  private final Restarts restarts;
  private final RunWork work;
  private final Announcer announcer;

  /**
   * @param bootstrap whether conditions come from teacher and assigner
   */
  Overview(
      VersionSchedule schedule,
      boolean bootstrap,
      Crew crew,
      Progress progress,
      Restarts restarts,
      RunWork work,
      Announcer announcer) {
    this.schedule = schedule;
    this.bootstrap = bootstrap;
    this.crew = crew;
    this.progress = progress;
    this.restarts = restarts;
    this.work = work;
    this.announcer = announcer;
  }

  /**
   * The run now.
   *
   * @param node address of the coordinator's node
   */
  RunStatus now(String phase, Lineage lineage, String node) {
    long step = progress.done();
    boolean guided = bootstrap && step < schedule.steps() && schedule.guided(step);
    return new RunStatus(
        lineage.run(),
        lineage.number(),
        phase,
        node,
        step,
        schedule.steps(),
        new VersionStatus(
            schedule.boundary(),
            work.admitted(),
            guided ? schedule.version(step) : Gauge.NO_VERSION,
            schedule.maxStaleness()),
        new CheckpointStatus(
            progress.newest().step(),
            progress.awaited(),
            progress.inScoring().map(EvaluationPlan.Candidate::step).orElse(0L)),
        crew.status(restarts::of),
        announcer.waits(),
        restarts.all(),
        work.measures());
  }
}
