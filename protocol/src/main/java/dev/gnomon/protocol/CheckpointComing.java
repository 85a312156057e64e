package dev.gnomon.protocol;

/**
 * The halves of a checkpoint are still being brought together.
 *
 * @param bytes that were brought from other nodes so far: as long as they grow nobody gives it up
 */
public record CheckpointComing(Lineage lineage, long step, long bytes)
    implements CoordinatorMessage {}
