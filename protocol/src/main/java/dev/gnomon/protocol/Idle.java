package dev.gnomon.protocol;

/**
 * An actor without a lineage: new, or restarted. Repeated until it gets a {@link Begin}.
 *
 * @param actor its path
 * @param lineage number of the last lineage it began, 0 for none: what was sent before the Begin of
 *     a newer one says nothing about that
 * @param cause why it restarted; empty when it is new
 */
public record Idle(Role role, String actor, long lineage, String cause)
    implements CoordinatorMessage {}
