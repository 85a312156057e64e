package dev.gnomon.protocol;

/**
 * Which steps may start, and by which weights they are guided.
 *
 * @param boundary the step at which stage 2 begins
 * @param admitted steps below this may start
 * @param version the weight version that guides the next step; -1 in stage 1
 * @param maxStaleness steps by which a version may be older than the step it guides
 */
public record VersionStatus(long boundary, long admitted, long version, long maxStaleness) {}
