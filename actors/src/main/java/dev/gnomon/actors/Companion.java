package dev.gnomon.actors;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import dev.gnomon.protocol.ExperimentMessage;
import dev.gnomon.protocol.WireMessage;

/**
 * Goes with an actor, so that actors of someone's own can talk to each other by {@link
 * ExperimentMessage}s: it sees what the actor is told, and such messages are for it alone. What it
 * does is no part of the actor's work: when it fails, that is logged, and the actor goes on without
 * it until its next life.
 *
 * @param <M> what others tell the actor
 */
@FunctionalInterface
public interface Companion<M extends WireMessage> {

  /**
   * Others told the actor this; it may be of an older lineage, or have come before. Called by the
   * actor's thread, before the actor takes it.
   */
  void sees(M message);

  /** That actor with a companion. */
  static <M extends WireMessage> Behavior<M> with(
      Class<M> messages, Companion<M> companion, Behavior<M> actor) {
    return Behaviors.intercept(() -> new Beside<>(messages, companion), actor);
  }
}
