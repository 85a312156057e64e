package dev.gnomon.protocol;

import akka.actor.typed.ActorRef;

/**
 * A node that owns training state is told to end: a checkpoint is cut as soon as one can be, and
 * whoever asks is told when it is on disk.
 */
public record LeaveRequest(ActorRef<CheckpointWritten> replyTo) implements CoordinatorMessage {}
