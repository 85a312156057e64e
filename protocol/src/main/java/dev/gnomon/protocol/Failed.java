package dev.gnomon.protocol;

/** An actor can not go on by itself. */
public record Failed(Lineage lineage, Role role, String actor, long step, String cause)
    implements CoordinatorMessage {}
