package dev.gnomon.actors.node;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.ClusterEvent;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Leave;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.LeaveRequest;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Stop;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;

/** How a node that is told to end leaves its cluster: not before what it has is in a checkpoint. */
final class Leaving {

  private static final Duration ASK_AGAIN = Duration.ofSeconds(15); // for a last checkpoint
  private static final int LOOK_MS = 50;

  private final ActorSystem<CoordinatorMessage> system;
  private final Cluster cluster;
  private final long until;

  /** The leave of a node, which takes no longer than {@code patience} from now on. */
  Leaving(ActorSystem<CoordinatorMessage> system, Duration patience) {
    this.system = system;
    this.cluster = Cluster.get(system);
    this.until = System.nanoTime() + patience.toNanos();
  }

  /**
   * Leaves. Blocks.
   *
   * @param coordinates whether the coordinator is on this node, so that the run ends with it
   */
  void leave(boolean coordinates, Set<Role> roles) {
    if (cluster.selfMember().status().equals(MemberStatus.removed())) { // it has not joined yet
      system.terminate();
      return;
    }
    if (coordinates) {
      system.tell(new Stop());
      pauseUntil(() -> false, until);
    } else if (roles.contains(Role.TRAINER) || roles.contains(Role.ASSIGNER)) {
      awaitCheckpoint();
    }
    cluster.manager().tell(Leave.create(cluster.selfMember().address()));
  }

  private void awaitCheckpoint() {
    CompletableFuture<CheckpointWritten> written = new CompletableFuture<>();
    BooleanSupplier enough = () -> written.isDone() || !hasCoordinator();
    while (!enough.getAsBoolean() && isAlive() && System.nanoTime() < until) {
      Duration left = Duration.ofNanos(until - System.nanoTime());
      AskPattern.ask(system, LeaveRequest::new, left, system.scheduler())
          .thenAccept(written::complete);
      pauseUntil(enough, Math.min(until, System.nanoTime() + ASK_AGAIN.toNanos()));
    }
  }

  /** Returns when {@code enough} holds, this node has left, or it is {@code moment}. */
  private void pauseUntil(BooleanSupplier enough, long moment) {
    while (!enough.getAsBoolean() && isAlive() && System.nanoTime() < moment) {
      try {
        Thread.sleep(LOOK_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private boolean isAlive() {
    return !system.getWhenTerminated().toCompletableFuture().isDone();
  }

  private boolean hasCoordinator() {
    ClusterEvent.CurrentClusterState state = cluster.state();
    return StreamSupport.stream(state.getMembers().spliterator(), false)
        .anyMatch(
            member ->
                member.hasRole(Role.COORDINATOR.wireName())
                    && member.status().equals(MemberStatus.up())
                    && !state.getUnreachable().contains(member));
  }
}
