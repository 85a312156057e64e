package dev.gnomon.protocol;

/**
 * The halves of this checkpoint will not become whole: they only take room on the disk, and who
 * wrote one no longer has it.
 */
public record CheckpointAbandoned(Lineage lineage, long step)
    implements TrainerMessage, AssignerMessage, CheckpointerMessage {}
