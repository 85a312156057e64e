package dev.gnomon.model.checkpoint;

/** A line of a run's ledger: the batch of that step was not trained on, and why. */
public record Skipped(long step, String reason) {}
