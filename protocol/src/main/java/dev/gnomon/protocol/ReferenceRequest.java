package dev.gnomon.protocol;

import akka.actor.typed.ActorRef;

/** Asks for a block of the fixed reference selection of real images. */
public record ReferenceRequest(Lineage lineage, long block, ActorRef<ReferenceImages> replyTo)
    implements LoaderMessage {}
