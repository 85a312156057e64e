package dev.gnomon.actors.run;

import java.util.Locale;

/** What a run's coordinator is about. */
enum RunPhase {
  /** Looking for the newest checkpoint, and opening a lineage. */
  RECOVERING,
  /** A required seat is empty. */
  WAITING,
  RUNNING,
  /** All steps are done; the last checkpoint or its scores are not. */
  FINISHING,
  DONE;

  /** Whether a lineage is in work. */
  boolean isWorking() {
    return this == RUNNING || this == FINISHING;
  }

  /** The phase in a word, for operators. */
  String shown(Progress progress) {
    if (isWorking() && progress.stopping()) {
      return "stopping";
    }
    return this == RUNNING && progress.paused() ? "paused" : name().toLowerCase(Locale.ROOT);
  }
}
