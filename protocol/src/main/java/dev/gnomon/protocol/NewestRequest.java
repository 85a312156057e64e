package dev.gnomon.protocol;

import akka.actor.typed.ActorRef;

/**
 * The coordinator looks for the checkpoint to go on from.
 *
 * @param question comes back with the answer
 * @param ended number of its last lineage, 0 before the first: nothing of it, or of older ones, is
 *     made a checkpoint any more
 */
public record NewestRequest(long question, long ended, ActorRef<CoordinatorMessage> replyTo)
    implements CheckpointerMessage {}
