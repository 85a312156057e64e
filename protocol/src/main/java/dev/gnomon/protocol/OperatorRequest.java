package dev.gnomon.protocol;

import akka.actor.typed.ActorRef;

/** An operator's wish, and who is to hear whether it is granted. */
public record OperatorRequest(OperatorWish wish, ActorRef<OperatorAnswer> replyTo)
    implements CoordinatorMessage {}
