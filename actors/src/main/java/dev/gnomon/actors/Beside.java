package dev.gnomon.actors;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.protocol.ExperimentMessage;
import dev.gnomon.protocol.LocalMessage;
import dev.gnomon.protocol.WireMessage;

/** Shows one life of an actor to its {@link Companion}. */
final class Beside<M extends WireMessage> extends BehaviorInterceptor<M, M> {

  private Companion<M> companion; // null once it has failed

  Beside(Class<M> messages, Companion<M> companion) {
    super(messages);
    this.companion = companion;
  }

  @Override
  public Behavior<M> aroundReceive(
      TypedActorContext<M> context, M message, ReceiveTarget<M> actor) {
    if (companion != null && !(message instanceof LocalMessage)) {
      show(message, context);
    }
    return message instanceof ExperimentMessage ? Behaviors.same() : actor.apply(context, message);
  }

  private void show(M message, TypedActorContext<M> context) {
    try {
      companion.sees(message);
    } catch (RuntimeException | LinkageError failure) {
      var self = context.asJava();
      SupervisionLog.event("companion-failed")
          .with("actor", RoleActor.name(self.getSystem(), self.getSelf()))
          .with("companion", companion.getClass().getName())
          .with("message", message.getClass().getSimpleName())
          .with("cause", failure)
          .warn();
      companion = null;
    }
  }
}
