package dev.gnomon.protocol;

/**
 * A file of a checkpoint.
 *
 * @param name name in the checkpoint's directory
 * @param bytes its length
 * @param sha256 its SHA-256 in lower-case hexadecimal
 */
public record SavedFile(String name, long bytes, String sha256) {}
