package dev.gnomon.protocol;

import akka.actor.typed.ActorRef;

/** Asks for the batch of a step. */
public record BatchRequest(Lineage lineage, long step, ActorRef<Batch> replyTo)
    implements LoaderMessage {}
