package dev.gnomon.protocol;

/** The batch of that step is not trained on, and why. */
public record Skipped(long step, String reason) {}
