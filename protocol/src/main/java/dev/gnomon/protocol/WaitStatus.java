package dev.gnomon.protocol;

/**
 * Someone waits.
 *
 * @param actor who, as the supervision log names it
 * @param forWhat such as {@code teacher} or {@code batch 12}
 * @param seconds for how long already
 */
public record WaitStatus(String actor, String forWhat, double seconds) {}
