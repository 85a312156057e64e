package dev.gnomon.actors.stage;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.gnomon.protocol.LocalMessage;
import dev.gnomon.protocol.WireMessage;
import java.time.Duration;
import java.util.Random;

/**
 * A bad network and bad machines: messages that an actor gets from others are lost, doubled or
 * delayed with the given probabilities, and the actor fails with another.
 */
public final class Chaos {

  private static final int LONGEST_DELAY_MILLIS = 15;

  private record Late(WireMessage message) implements LocalMessage {}

  private final Random random;
  private final double lost;
  private final double doubled;
  private final double delayed;
  private final double failing;

  public Chaos(long seed, double lost, double doubled, double delayed, double failing) {
    this.random = new Random(seed);
    this.lost = lost;
    this.doubled = doubled;
    this.delayed = delayed;
    this.failing = failing;
  }

  /** An actor behind this network. */
  public <M extends WireMessage> Behavior<M> around(Behavior<M> behavior) {
    return Behaviors.intercept(Network::new, behavior.<WireMessage>unsafeCast()).narrow();
  }

  private synchronized boolean happens(double probability) {
    return random.nextDouble() < probability;
  }

  private synchronized Duration delay() {
    return Duration.ofMillis(random.nextInt(LONGEST_DELAY_MILLIS) + 1);
  }

  private final class Network extends BehaviorInterceptor<WireMessage, WireMessage> {

    Network() {
      super(WireMessage.class);
    }

    @Override
    public Behavior<WireMessage> aroundReceive(
        TypedActorContext<WireMessage> context,
        WireMessage message,
        ReceiveTarget<WireMessage> target) {
      if (message instanceof Late late) {
        return target.apply(context, late.message());
      }
      if (happens(failing)) {
        throw new IllegalStateException("this machine is bad");
      }
      if (message instanceof LocalMessage) {
        return target.apply(context, message);
      }
      if (happens(lost)) {
        return Behaviors.same();
      }
      var self = context.asJava().getSelf();
      if (happens(doubled)) {
        context.asJava().scheduleOnce(delay(), self, new Late(message));
      }
      if (happens(delayed)) {
        context.asJava().scheduleOnce(delay(), self, new Late(message));
        return Behaviors.same();
      }
      return target.apply(context, message);
    }
  }
}
