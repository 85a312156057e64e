package dev.gnomon.protocol;

/**
 * A checkpoint is on disk, whole and verified: its halves are of no more use to their owners.
 *
 * @param step steps it holds
 * @param digest SHA-256 over all its weights
 * @param seconds time from the last half to the rename
 * @param bytes size of its files
 */
public record CheckpointWritten(
    Lineage lineage, long step, String directory, String digest, double seconds, long bytes)
    implements CoordinatorMessage, TrainerMessage, AssignerMessage {}
