package dev.gnomon.actors.node;

import akka.actor.Address;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.JoinSeedNodes;
import dev.gnomon.actors.Lane;
import dev.gnomon.actors.telemetry.SupervisionLog;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Looks a name up every other second until this node is part of a cluster, and tells the cluster
 * extension whom to ask. What is not as it should be is said now and then.
 */
final class SeedSearch {

  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final int LOOKS_BETWEEN_LINES = 15;

  private enum Look {
    AGAIN
  }

  private record Found(Optional<List<InetAddress>> nodes) {}

  private final ActorContext<Object> context;
  private final Seeds.Named seeds;
  private final NamedSeeds policy;
  private final Cluster cluster;
  private final Lane lane = new Lane("gnomon-seeds"); // a look-up blocks
  private int looks;

  private SeedSearch(ActorContext<Object> context, Seeds.Named seeds, NamedSeeds policy) {
    this.context = context;
    this.seeds = seeds;
    this.policy = policy;
    this.cluster = Cluster.get(context.getSystem());
  }

  /**
   * A search by a node.
   *
   * @param own its address, as the name lists it
   * @param founds whether it founds the cluster where there is none
   */
  static Behavior<Void> create(Seeds.Named seeds, InetAddress own, boolean founds) {
    return Behaviors.<Object>setup(
            context ->
                Behaviors.withTimers(
                    timers -> {
                      NamedSeeds policy = new NamedSeeds(seeds.name(), own, founds);
                      return new SeedSearch(context, seeds, policy).searching(timers);
                    }))
        .narrow();
  }

  private Behavior<Object> searching(TimerScheduler<Object> timers) {
    look();
    return Behaviors.receive(Object.class)
        .onMessage(
            Found.class,
            found -> {
              onFound(found.nodes());
              timers.startSingleTimer(Look.AGAIN, EVERY);
              return Behaviors.same();
            })
        .onMessageEquals(
            Look.AGAIN,
            () -> {
              if (!cluster.selfMember().status().equals(MemberStatus.removed())) {
                return Behaviors.stopped(); // it is part of a cluster
              }
              look();
              return Behaviors.same();
            })
        .onSignal(
            PostStop.class,
            stopped -> {
              lane.close();
              return Behaviors.same();
            })
        .build();
  }

  private void look() {
    context.pipeToSelf(
        lane.run(() -> policy.look(seeds.resolver())),
        (nodes, failure) -> new Found(failure == null ? nodes : Optional.empty()));
  }

  private void onFound(Optional<List<InetAddress>> nodes) {
    if (nodes.isPresent()) {
      SupervisionLog.event("seeds-found")
          .with("name", seeds.name())
          .with("nodes", words(nodes.get()))
          .info();
      cluster.manager().tell(new JoinSeedNodes(nodes.get().stream().map(this::address).toList()));
    }
    if (policy.lacking().isEmpty()) {
      looks = 0;
    } else if (looks++ % LOOKS_BETWEEN_LINES == 0) {
      SupervisionLog.event("seeds-not-found")
          .with("name", seeds.name())
          .with("cause", policy.lacking())
          .warn();
    }
  }

  private Address address(InetAddress node) {
    Address own = cluster.selfMember().address();
    return new Address(own.protocol(), own.system(), node.getHostAddress(), seeds.port());
  }

  private static String words(List<InetAddress> nodes) {
    return nodes.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(","));
  }
}
