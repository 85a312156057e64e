package dev.gnomon.protocol;

/**
 * An actor without a lineage: new, or restarted. Repeated until it gets a {@link Begin}.
 *
 * @param actor its path
 * @param lineage number of the last lineage it was told to begin, 0 for none: what was sent before
 *     the Begin of a newer one says nothing about that
 * @param failures how often it has failed: each failure is one, however often it is told
 * @param cause why it restarted; empty when it is new
 */
public record Idle(Role role, String actor, long lineage, long failures, String cause)
    implements CoordinatorMessage {}
