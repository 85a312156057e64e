package dev.gnomon.actors.node;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import dev.gnomon.protocol.Role;
import java.time.Duration;
import java.util.stream.StreamSupport;

/** Looks each second whether the cluster still has a node that can have the coordinator. */
final class CoordinatorWatch {

  /**
   * From when the coordinator's node is out of the cluster, which is 18 s after it fell silent: 38
   * s in all. A process that was killed is back within 20 s on a busy machine, and its keeper
   * pauses for 16 s at most. After a partition it founds a cluster of its own at about 35 s, so
   * whoever waited longer would only come to it later. Who goes too early loses nothing: with the
   * coordinator all go back to the newest checkpoint, and a process started again joins it.
   */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration EVERY = Duration.ofSeconds(1);

  private enum Look {
    AGAIN
  }

  private CoordinatorWatch() {}

  /** A watch that calls {@code orphaned} once, and ends. */
  static Behavior<Void> create(Runnable orphaned) {
    return Behaviors.<Object>setup(
            context ->
                Behaviors.withTimers(
                    timers -> {
                      timers.startTimerWithFixedDelay(Look.AGAIN, EVERY);
                      Cluster cluster = Cluster.get(context.getSystem());
                      Orphanhood orphanhood = new Orphanhood(PATIENCE);
                      return Behaviors.receiveMessage(
                          look -> {
                            Duration now = Duration.ofNanos(System.nanoTime());
                            if (orphanhood.after(hasCoordinator(cluster), now)) {
                              orphaned.run();
                              return Behaviors.stopped();
                            }
                            return Behaviors.same();
                          });
                    }))
        .narrow();
  }

  private static boolean hasCoordinator(Cluster cluster) {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .anyMatch(member -> member.hasRole(Role.COORDINATOR.wireName()));
  }
}
