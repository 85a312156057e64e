package dev.gnomon.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Behaviors;
import dev.gnomon.actors.run.RunCoordinator;
import dev.gnomon.actors.run.RunFiles;
import dev.gnomon.actors.settings.RestartSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.protocol.CoordinatorMessage;

/** A run's coordinator under supervision: one that fails too often is the end of its run. */
final class Coordination {

  private Coordination() {}

  static Behavior<CoordinatorMessage> of(
      String run, RunSettings settings, RunFiles files, Ending ending) {
    RestartSettings restart = settings.restart();
    Behavior<CoordinatorMessage> supervised =
        Behaviors.supervise(RunCoordinator.create(run, settings, files, ending))
            .onFailure(
                SupervisorStrategy.restartWithBackoff(
                        restart.firstBackoff(), restart.longestBackoff(), 0)
                    .withMaxRestarts(restart.attempts()));
    return Behaviors.setup(
        context -> {
          ActorRef<CoordinatorMessage> child = context.spawn(supervised, "run");
          context.watch(child);
          context.spawn(ClusterWatch.create(), "cluster");
          return Behaviors.receive(CoordinatorMessage.class)
              .onAnyMessage(
                  message -> {
                    child.tell(message);
                    return Behaviors.same();
                  })
              .onSignal(
                  Terminated.class,
                  signal -> {
                    ending
                        .finished()
                        .completeExceptionally(
                            new IllegalStateException(
                                "the run's coordinator failed too often; see the log"));
                    return Behaviors.stopped();
                  })
              .build();
        });
  }
}
