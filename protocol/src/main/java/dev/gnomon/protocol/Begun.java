package dev.gnomon.protocol;

/**
 * An actor works on this lineage now.
 *
 * @param actor its path
 * @param step the step it starts with
 */
public record Begun(Lineage lineage, Role role, String actor, long step)
    implements CoordinatorMessage {}
