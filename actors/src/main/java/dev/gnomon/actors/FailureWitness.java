package dev.gnomon.actors;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.WireMessage;

/** Sees an actor fail: logs the line and remembers the cause, before its supervisor acts on it. */
final class FailureWitness extends BehaviorInterceptor<WireMessage, WireMessage> {

  private final Role role;
  private final Recollection recollection;

  FailureWitness(Role role, Recollection recollection) {
    super(WireMessage.class);
    this.role = role;
    this.recollection = recollection;
  }

  @Override
  public Behavior<WireMessage> aroundReceive(
      TypedActorContext<WireMessage> context,
      WireMessage message,
      ReceiveTarget<WireMessage> target) {
    try {
      return target.apply(context, message);
    } catch (RuntimeException | Error failure) {
      recollection.failed(failure);
      SupervisionLog.event("failed")
          .with("actor", role.wireName())
          .with("path", context.asJava().getSelf().path())
          .with("step", recollection.step())
          .with("failures", recollection.failures())
          .with("cause", recollection.cause())
          .with("node", node(context))
          .warn();
      throw failure;
    }
  }

  private static String node(TypedActorContext<WireMessage> context) {
    var actor = context.asJava();
    return ActorName.of(RoleActor.name(actor.getSystem(), actor.getSelf())).node();
  }
}
