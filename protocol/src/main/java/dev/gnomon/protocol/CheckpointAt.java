package dev.gnomon.protocol;

/**
 * Cut a checkpoint when {@code step} steps are done: the marker that travels on to the assigner in
 * {@link Taps}.
 */
public record CheckpointAt(Lineage lineage, long step) implements TrainerMessage {}
