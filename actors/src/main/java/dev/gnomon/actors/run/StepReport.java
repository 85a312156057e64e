package dev.gnomon.actors.run;

import java.util.Map;
import java.util.Optional;

/**
 * A step that is done.
 *
 * @param step number of steps done with it: 1 after the first step, {@code steps} after the last,
 *     so that it equals the step of a checkpoint cut there
 * @param measures of trainer and assigner by name: {@code loss}, {@code images_per_second}, {@code
 *     staleness}, {@code nmi}, ...
 * @param skipped why its batch trained nothing; empty where it trained
 */
public record StepReport(
    long lineage, long step, long steps, Map<String, Double> measures, Optional<String> skipped) {

  /** A step that was trained. */
  public StepReport(long lineage, long step, long steps, Map<String, Double> measures) {
    this(lineage, step, steps, measures, Optional.empty());
  }
}
