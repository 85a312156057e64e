package dev.gnomon.actors.run;

import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import dev.gnomon.model.checkpoint.SupersededException;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.LocalMessage;
import dev.gnomon.protocol.NewestFound;
import dev.gnomon.protocol.NewestRequest;
import dev.gnomon.protocol.NewestUnknown;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds where a run goes on: asks the checkpointer, whose folder is the store, for the newest
 * checkpoint until it answers, and then opens the next lineage.
 */
final class Recovering {

  /**
   * The next lineage is open.
   *
   * @param run its name in the store; empty where it has none yet
   */
  record Recovered(Recovery recovery, String run) implements LocalMessage {}

  /** It could not be opened. */
  record NotRecovered(String cause) implements LocalMessage {}

  /** Another process has taken the run over. */
  record Superseded(String by) implements LocalMessage {}

  private final ActorContext<CoordinatorMessage> context;
  private final Crew crew;
  private final RunFiles files;
  private long question; // 0 while none is open
  private long ended;

  Recovering(ActorContext<CoordinatorMessage> context, Crew crew, RunFiles files) {
    this.context = context;
    this.crew = crew;
    this.files = files;
  }

  /** Looks for the newest checkpoint; what lineage {@code over} still brings does not count. */
  void begin(long over) {
    question = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    ended = over;
    ask();
  }

  /** Asks again, if there was no answer; gives whether that is so. */
  boolean ask() {
    if (question != 0) {
      crew.tell(Seat.CHECKPOINTER, new NewestRequest(question, ended, context.getSelf()));
    }
    return question != 0;
  }

  /** An answer; if it is to the open question, the next lineage is opened, in the background. */
  void found(NewestFound found) {
    if (answers(found.question())) {
      open(found);
    }
  }

  /** An answer that is none. */
  void unknown(NewestUnknown unknown) {
    if (answers(unknown.question())) {
      context.getSelf().tell(new NotRecovered(unknown.cause()));
    }
  }

  /** No answer is wanted any more. */
  void end() {
    question = 0;
  }

  private boolean answers(long to) {
    boolean answered = question != 0 && question == to;
    question = answered ? 0 : question;
    return answered;
  }

  private void open(NewestFound found) {
    var blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> opened(found), blocking),
        (outcome, failure) ->
            failure == null ? outcome : new NotRecovered(String.valueOf(failure.getMessage())));
  }

  private LocalMessage opened(NewestFound found) {
    try {
      return new Recovered(files.recover(found), found.run());
    } catch (SupersededException e) {
      return new Superseded(e.getMessage());
    } catch (IOException e) {
      throw new CompletionException(e.toString(), e);
    }
  }
}
