package dev.gnomon.actors.run;

import java.util.Map;

/**
 * Told what a run does as it happens. The coordinator calls it from its own thread, one call at a
 * time and in order, so a listener returns at once and throws nothing.
 */
public interface RunListener {

  /** A step is done by everyone who takes part in it. Each step once, in order, in its lineage. */
  void onStep(StepReport report);

  /** An event of the supervision log: one line of key=value. */
  void onEvent(String line);

  /**
   * The checkpoint of {@code step} is scored.
   *
   * @param scores by name: {@code fd}, its full name, {@code nmi}, {@code ari}, {@code ami}, ...
   */
  void onScored(long step, Map<String, Double> scores);

  /** The run is over; nothing is told after this. */
  void onFinished(RunSummary summary);

  /** A listener that listens to nothing. */
  static RunListener silent() {
    return new RunListener() {
      @Override
      public void onStep(StepReport report) {}

      @Override
      public void onEvent(String line) {}

      @Override
      public void onScored(long step, Map<String, Double> scores) {}

      @Override
      public void onFinished(RunSummary summary) {}
    };
  }
}
