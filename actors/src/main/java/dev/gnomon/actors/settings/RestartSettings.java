package dev.gnomon.actors.settings;

import java.time.Duration;

/**
 * How an actor that failed starts again: after a pause that doubles from {@code firstBackoff} to
 * {@code longestBackoff}, at most {@code attempts} times within {@code within}.
 *
 * @param skippedBatches how many batches whose loss is not finite a run goes on without
 */
public record RestartSettings(
    int attempts,
    Duration within,
    Duration firstBackoff,
    Duration longestBackoff,
    int skippedBatches) {}
