package dev.gnomon.actors.run;

import dev.gnomon.model.training.VersionSchedule;

/**
 * Which steps may start: those below {@code schedule.admitted(done)}, where a step is done when the
 * trainer and, if it takes part, the assigner have done it. The bound never falls within a lineage.
 */
final class Admission {

  private final VersionSchedule schedule;
  private final boolean assigned;
  private long trained;
  private long clustered;
  private long below;
  private long limit = Long.MAX_VALUE;

  /**
   * @param assigned whether an assigner takes part in each step
   */
  Admission(VersionSchedule schedule, boolean assigned) {
    this.schedule = schedule;
    this.assigned = assigned;
  }

  /** A lineage begins with {@code step} steps done. */
  void begin(long step) {
    trained = step;
    clustered = step;
    below = 0;
    refresh();
  }

  /** The trainer has done {@code steps} steps; fewer than known is an old message. */
  void trained(long steps) {
    trained = Math.max(trained, steps);
    refresh();
  }

  /** The assigner has done {@code steps} steps. */
  void clustered(long steps) {
    clustered = Math.max(clustered, steps);
    refresh();
  }

  /** Holds steps from {@code limit} on back; steps that were admitted stay so. */
  void limit(long limit) {
    this.limit = limit;
    refresh();
  }

  /** Steps the trainer has done. */
  long trained() {
    return trained;
  }

  /** Steps done by everyone who takes part. */
  long done() {
    return assigned ? Math.min(trained, clustered) : trained;
  }

  /** Steps below this may start. */
  long below() {
    return below;
  }

  private void refresh() {
    below = Math.max(below, Math.min(limit, schedule.admitted(done())));
  }
}
