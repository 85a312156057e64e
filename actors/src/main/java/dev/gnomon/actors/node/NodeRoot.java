package dev.gnomon.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.LocalMessage;
import java.util.Set;
import java.util.stream.Collectors;

/** Root of a node's actors: tells the coordinator, wherever it is, what this process is told. */
final class NodeRoot {

  /** This process: are you there? */
  record Ping(ActorRef<Pong> replyTo) implements LocalMessage {}

  /**
   * Yes.
   *
   * @param actors names of the node's actors
   */
  record Pong(Set<String> actors) implements LocalMessage {}

  private NodeRoot() {}

  /** The behavior of the root, once its children are started. */
  static Behavior<CoordinatorMessage> of(
      ActorContext<CoordinatorMessage> context, ActorRef<CoordinatorMessage> coordinator) {
    return Behaviors.receive(CoordinatorMessage.class)
        .onMessage(
            Ping.class,
            ping -> {
              ping.replyTo().tell(new Pong(children(context)));
              return Behaviors.same();
            })
        .onAnyMessage(
            wish -> {
              coordinator.tell(wish);
              return Behaviors.same();
            })
        .build();
  }

  private static Set<String> children(ActorContext<?> context) {
    return context.getChildren().stream()
        .map(child -> child.path().name())
        .filter(name -> !name.startsWith("$"))
        .collect(Collectors.toUnmodifiableSet());
  }
}
