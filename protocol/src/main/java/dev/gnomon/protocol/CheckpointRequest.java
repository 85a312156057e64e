package dev.gnomon.protocol;

import akka.actor.typed.ActorRef;

/** Someone needs a checkpoint of the run, such as the one its lineage starts from. */
public record CheckpointRequest(Lineage lineage, long step, ActorRef<CheckpointOffered> replyTo)
    implements CheckpointerMessage {}
