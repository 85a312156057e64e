package dev.gnomon.protocol;

/** Score this checkpoint. */
public record Evaluate(Lineage lineage, long step, String directory) implements ScorerMessage {}
