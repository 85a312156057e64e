package dev.gnomon.protocol;

/**
 * An actor without a lineage: new, or restarted. Repeated until it gets a {@link Begin}.
 *
 * @param actor its path
 * @param cause why it restarted; empty when it is new
 */
public record Idle(Role role, String actor, String cause) implements CoordinatorMessage {}
