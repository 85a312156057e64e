package dev.gnomon.protocol;

/**
 * The score of a checkpoint, by which the best are kept.
 *
 * @param score lower is better
 */
public record ScoreKnown(Lineage lineage, long step, double score) implements CheckpointerMessage {}
