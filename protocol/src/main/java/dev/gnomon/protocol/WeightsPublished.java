package dev.gnomon.protocol;

/**
 * A weight version can be loaded.
 *
 * @param version the moving average after that many steps
 * @param location the publisher's node, its address, and its file where there is one
 * @param digest of the index of its chunks, SHA-256; empty inside one process
 */
public record WeightsPublished(Lineage lineage, long version, String location, String digest)
    implements TeacherMessage {}
