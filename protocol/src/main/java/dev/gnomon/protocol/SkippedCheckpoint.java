package dev.gnomon.protocol;

/** A checkpoint that does not verify, and why. */
public record SkippedCheckpoint(String directory, String reason) {}
