package dev.gnomon.protocol;

/**
 * What one actor of a run is doing.
 *
 * @param state a word or two a person reads, such as {@code training} or {@code waiting for batch
 *     12}
 * @param step the step it works on
 */
public record ActorStatus(Role role, String actor, String state, int restarts, long step) {}
