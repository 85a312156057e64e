package dev.gnomon.actors.loader;

import akka.actor.typed.ActorRef;
import dev.gnomon.protocol.LoaderMessage;
import java.util.List;
import java.util.Optional;

/**
 * Which loader to ask: the one on the own node if there is one, else the first; after each attempt
 * without an answer the next. Any will do, a batch is the same from every loader.
 */
public final class LoaderChoice {

  private LoaderChoice() {}

  /**
   * The loader to ask.
   *
   * @param attempt 1 at the first time
   */
  public static Optional<ActorRef<LoaderMessage>> of(
      List<ActorRef<LoaderMessage>> loaders, int attempt) {
    if (loaders.isEmpty()) {
      return Optional.empty();
    }
    int first = 0;
    for (int i = 0; i < loaders.size(); i++) {
      if (loaders.get(i).path().address().hasLocalScope()) {
        first = i;
        break;
      }
    }
    return Optional.of(loaders.get((first + attempt - 1) % loaders.size()));
  }
}
