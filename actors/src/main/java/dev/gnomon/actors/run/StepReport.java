package dev.gnomon.actors.run;

import java.util.Map;

/**
 * A step that is done.
 *
 * @param step number of steps done with it: 1 after the first step, {@code steps} after the last,
 *     so that it equals the step of a checkpoint cut there
 * @param measures of trainer and assigner by name: {@code loss}, {@code images_per_second}, {@code
 *     staleness}, {@code nmi}, ...
 */
public record StepReport(long lineage, long step, long steps, Map<String, Double> measures) {}
