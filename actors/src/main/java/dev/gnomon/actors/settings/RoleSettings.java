package dev.gnomon.actors.settings;

import java.util.Optional;

/**
 * How a role is filled on this node.
 *
 * @param instances actors of the role
 * @param device cpu | gpu0 | gpu1 ...
 * @param threads CPU threads of each one's device work, at least 1
 * @param actorClass class of the actor that replaces the built-in one
 */
public record RoleSettings(
    int instances, String device, int threads, Optional<String> actorClass) {}
