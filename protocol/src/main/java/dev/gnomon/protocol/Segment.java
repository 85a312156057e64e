package dev.gnomon.protocol;

/**
 * Steps trained in one lineage and kept.
 *
 * @param from first step
 * @param to one past the last step
 */
public record Segment(long lineage, long from, long to) {}
