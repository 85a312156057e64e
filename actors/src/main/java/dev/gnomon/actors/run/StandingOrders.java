package dev.gnomon.actors.run;

import dev.gnomon.actors.settings.RunSettings;

/**
 * What operators said that holds until they say otherwise. It outlives the coordinator's own
 * failures: the next life of the actor goes on with it.
 */
final class StandingOrders {

  private RunSettings settings;
  private boolean paused;

  StandingOrders(RunSettings settings) {
    this.settings = settings;
  }

  /** The settings of the run, with all that was changed while it goes on. */
  RunSettings settings() {
    return settings;
  }

  void settings(RunSettings changed) {
    settings = changed;
  }

  /** Whether no further step is to start. */
  boolean paused() {
    return paused;
  }

  void paused(boolean now) {
    paused = now;
  }
}
