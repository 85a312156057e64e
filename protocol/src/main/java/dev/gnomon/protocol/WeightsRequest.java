package dev.gnomon.protocol;

import akka.actor.typed.ActorRef;

/** The announcement of this weight version was lost; send it again. */
public record WeightsRequest(Lineage lineage, long version, ActorRef<TeacherMessage> replyTo)
    implements TrainerMessage {}
