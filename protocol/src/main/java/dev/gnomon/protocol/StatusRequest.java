package dev.gnomon.protocol;

import akka.actor.typed.ActorRef;

/** Anyone: what is the run doing? */
public record StatusRequest(ActorRef<RunStatus> replyTo) implements CoordinatorMessage {}
