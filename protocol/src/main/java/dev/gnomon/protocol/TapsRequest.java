package dev.gnomon.protocol;

import akka.actor.typed.ActorRef;

/** The taps of this step were lost; send them again. */
public record TapsRequest(Lineage lineage, long step, ActorRef<AssignerMessage> replyTo)
    implements TrainerMessage {}
