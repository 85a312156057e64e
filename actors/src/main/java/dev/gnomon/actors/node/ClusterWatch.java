package dev.gnomon.actors.node;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.UniqueAddress;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import dev.gnomon.actors.telemetry.SupervisionLog;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Says in the supervision log what becomes of the cluster's nodes. It lives beside the coordinator,
 * so that what happens to the cluster stands where the run's story stands, and once.
 */
final class ClusterWatch {

  private final Cluster cluster;
  private final Set<UniqueAddress> known = new HashSet<>();

  private ClusterWatch(Cluster cluster) {
    this.cluster = cluster;
  }

  static Behavior<ClusterEvent.ClusterDomainEvent> create() {
    return Behaviors.setup(
        context -> {
          ClusterWatch watch = new ClusterWatch(Cluster.get(context.getSystem()));
          watch.begin();
          watch
              .cluster
              .subscriptions()
              .tell(Subscribe.create(context.getSelf(), ClusterEvent.ClusterDomainEvent.class));
          return Behaviors.receive(ClusterEvent.ClusterDomainEvent.class)
              .onMessage(ClusterEvent.MemberEvent.class, event -> watch.on(event))
              .onMessage(
                  ClusterEvent.UnreachableMember.class,
                  event -> watch.warn("node-unreachable", event.member()))
              .onMessage(
                  ClusterEvent.ReachableMember.class,
                  event -> watch.info("node-reachable", event.member()))
              .onAnyMessage(other -> Behaviors.same())
              .build();
        });
  }

  /** Those who are there already did not join now. */
  private void begin() {
    for (Member member : cluster.state().getMembers()) {
      if (member.status() != MemberStatus.joining()) {
        known.add(member.uniqueAddress());
      }
    }
    SupervisionLog.event("coordinating")
        .with("node", address(cluster.selfMember()))
        .with("pid", ProcessHandle.current().pid())
        .with("nodes", there())
        .info();
  }

  private Behavior<ClusterEvent.ClusterDomainEvent> on(ClusterEvent.MemberEvent event) {
    Member member = event.member();
    if (event instanceof ClusterEvent.MemberUp) {
      return known.add(member.uniqueAddress()) ? info("node-joined", member) : Behaviors.same();
    } else if (event instanceof ClusterEvent.MemberLeft) {
      return info("node-leaving", member);
    } else if (event instanceof ClusterEvent.MemberDowned) {
      return warn("node-downed", member);
    } else if (event instanceof ClusterEvent.MemberRemoved removed) {
      known.remove(member.uniqueAddress());
      return removed.previousStatus() == MemberStatus.down()
          ? warn("node-lost", member)
          : info("node-left", member);
    }
    return Behaviors.same();
  }

  private Behavior<ClusterEvent.ClusterDomainEvent> info(String event, Member member) {
    line(event, member).info();
    return Behaviors.same();
  }

  private Behavior<ClusterEvent.ClusterDomainEvent> warn(String event, Member member) {
    line(event, member).warn();
    return Behaviors.same();
  }

  private SupervisionLog line(String event, Member member) {
    return SupervisionLog.event(event)
        .with("node", address(member))
        .with("roles", roles(member))
        .with("nodes", there());
  }

  /** Nodes that are up and heard of. */
  private long there() {
    ClusterEvent.CurrentClusterState state = cluster.state();
    return StreamSupport.stream(state.getMembers().spliterator(), false)
        .filter(m -> m.status() == MemberStatus.up() && !state.getUnreachable().contains(m))
        .count();
  }

  /** HOST:PORT of a node. */
  static String address(Member member) {
    return member.address().hostPort().replaceFirst("^.*@", "");
  }

  private static String roles(Member member) {
    return member.getRoles().stream()
        .filter(role -> !role.startsWith("dc-"))
        .sorted()
        .collect(Collectors.joining(","));
  }
}
