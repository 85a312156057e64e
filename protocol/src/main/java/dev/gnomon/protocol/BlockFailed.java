package dev.gnomon.protocol;

/** A block could not be run; another evaluator may try. */
public record BlockFailed(Lineage lineage, long step, BlockKind kind, long block, String cause)
    implements ScorerMessage {}
