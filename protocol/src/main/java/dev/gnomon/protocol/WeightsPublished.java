package dev.gnomon.protocol;

/**
 * A weight version can be loaded.
 *
 * @param version the moving average after that many steps
 * @param location where its weights are: a directory, or the registry inside one JVM
 * @param digest SHA-256 over the weights
 */
public record WeightsPublished(Lineage lineage, long version, String location, String digest)
    implements TeacherMessage {}
