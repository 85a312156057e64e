package dev.gnomon.actors.settings;

/**
 * When checkpoints are written and which stay.
 *
 * @param every steps between two checkpoints
 * @param keepNewest newest checkpoints that stay
 * @param keepBest checkpoints of the best score that stay beside them
 */
public record CheckpointSettings(long every, int keepNewest, int keepBest) {}
