package dev.gnomon.actors;

import akka.actor.typed.Behavior;

/**
 * Makes the actor of a role, by default one of ours. A class with a public constructor without
 * arguments that implements this can be named in the configuration, such as {@code
 * gnomon.actors.assigner = "com.example.MyAssigner"}, and is found on the class path.
 *
 * @param <M> what others tell that actor, such as {@code AssignerMessage}
 */
@FunctionalInterface
public interface ActorFactory<M> {

  /** Behavior of a new actor; its node supervises it, and runs it anew after a failure. */
  Behavior<M> create(RoleContext context);
}
