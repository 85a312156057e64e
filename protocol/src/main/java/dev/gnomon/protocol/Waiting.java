package dev.gnomon.protocol;

/** An actor waits, and says for what, so that an operator can see it. */
public record Waiting(Lineage lineage, Role role, String actor, String forWhat, long step)
    implements CoordinatorMessage {}
