package dev.gnomon.protocol;

import akka.actor.typed.ActorRef;

/**
 * Run one block of 64 images of a checkpoint.
 *
 * @param step the checkpoint's step
 * @param directory the checkpoint
 */
public record EvaluateBlock(
    Lineage lineage,
    long step,
    String directory,
    BlockKind kind,
    long block,
    ActorRef<ScorerMessage> replyTo)
    implements EvaluatorMessage {}
