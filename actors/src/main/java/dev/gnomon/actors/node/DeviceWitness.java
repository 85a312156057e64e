package dev.gnomon.actors.node;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import dev.gnomon.model.engine.DeviceLoss;
import java.util.function.Consumer;

/**
 * Sees an actor fail for want of its device: another try in this process would fail as well, so the
 * node has to end, and to be started again.
 */
final class DeviceWitness extends BehaviorInterceptor<Object, Object> {

  private final Consumer<Throwable> lost;

  DeviceWitness(Consumer<Throwable> lost) {
    super(Object.class);
    this.lost = lost;
  }

  @Override
  public Behavior<Object> aroundReceive(
      TypedActorContext<Object> context, Object message, ReceiveTarget<Object> target) {
    try {
      return target.apply(context, message);
    } catch (RuntimeException | Error failure) {
      if (DeviceLoss.isIn(failure)) {
        lost.accept(failure);
      }
      throw failure;
    }
  }
}
