package dev.gnomon.protocol;

/** A checkpoint could not be written; training goes on and the next one tries again. */
public record CheckpointFailed(Lineage lineage, long step, String cause)
    implements CoordinatorMessage {}
