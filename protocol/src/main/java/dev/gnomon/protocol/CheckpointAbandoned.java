package dev.gnomon.protocol;

/** This checkpoint will not become whole: what there is of it only takes room on the disk. */
public record CheckpointAbandoned(Lineage lineage, long step) implements CheckpointerMessage {}
