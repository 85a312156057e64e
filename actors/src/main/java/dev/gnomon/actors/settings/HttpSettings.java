package dev.gnomon.actors.settings;

/**
 * Where a process answers operators over HTTP.
 *
 * @param enabled whether it does
 * @param host name or address it listens on
 * @param port 0 takes a free one
 */
public record HttpSettings(boolean enabled, String host, int port) {}
