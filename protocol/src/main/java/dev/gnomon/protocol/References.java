package dev.gnomon.protocol;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import java.util.List;

/** Actors as strings that name them from any node. */
final class References {

  private static final int MOST = 4096; // actors of a role: a list of more is not ours

  private final ActorRefResolver resolver;

  References(ActorRefResolver resolver) {
    this.resolver = resolver;
  }

  String name(ActorRef<?> actor) {
    return resolver.toSerializationFormat(actor);
  }

  <T> List<String> names(List<ActorRef<T>> actors) {
    return actors.stream().map(this::name).toList();
  }

  <T> ActorRef<T> actor(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("an actor it refers to is missing");
    }
    return resolver.resolveActorRef(name);
  }

  <T> List<ActorRef<T>> actors(List<String> names) {
    if (names.size() > MOST) {
      throw new IllegalArgumentException(
          "it refers to %d actors of one role, more than %d".formatted(names.size(), MOST));
    }
    return names.stream().map(this::<T>actor).toList();
  }
}
