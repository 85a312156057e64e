package dev.gnomon.actors.node;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.ClusterSingletonSettings;
import akka.cluster.typed.Leave;
import akka.cluster.typed.SingletonActor;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.Lane;
import dev.gnomon.actors.run.RunDirectory;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.transfer.BetweenNodes;
import dev.gnomon.actors.transfer.WeightExchange;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.Role;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * One JVM of a run that has several: the actors of its roles, in a cluster with the other nodes.
 * Where it has the coordinator's role, the coordinator may run here; there is one in the cluster.
 */
public final class Node {

  private static final String SYSTEM = "gnomon";
  private static final Duration CLOSING = Duration.ofMinutes(1);
  private static final Path MEMORY = Path.of("/dev/shm");

  /**
   * Where a node is and whom it joins.
   *
   * @param roles what it is for
   * @param host name or address that the others reach it by
   * @param port of its actors; 0 takes a free one
   * @param seeds HOST:PORT of nodes to join; the first of them may found the cluster
   */
  public record Place(Set<Role> roles, String host, int port, List<String> seeds) {}

  /** How a node came to its end. */
  public enum End {
    /** The run is over, or the node was told to leave. */
    LEFT,
    /** The others went on without it: it may be started again. */
    DOWNED,
    /** The cluster it wanted to join runs under another configuration, or can not be had. */
    REFUSED
  }

  private final ActorSystem<Void> system;
  private final WeightExchange exchange;

  private Node(ActorSystem<Void> system, WeightExchange exchange) {
    this.system = system;
    this.exchange = exchange;
  }

  /**
   * Starts a node; it joins as soon as one of the seeds answers.
   *
   * @param runDirectory of the run, where this node sees it
   * @param listener told what happens where the coordinator is here, by its thread
   */
  public static Node start(
      RunSettings settings, Path runDirectory, Place place, RunListener listener)
      throws IOException {
    Path directory = runDirectory.toAbsolutePath().normalize();
    Files.createDirectories(directory);
    WeightExchange exchange = exchange(directory, place);
    try {
      ActorSystem<Void> system =
          ActorSystem.create(
              root(settings, directory, place.roles(), exchange, listener),
              SYSTEM,
              configuration(settings, place));
      return new Node(system, exchange);
    } catch (RuntimeException failure) {
      exchange.close();
      throw failure;
    }
  }

  /** Files in memory where the system has some, else in the temporary folder. */
  private static WeightExchange exchange(Path directory, Place place) throws IOException {
    Path parent = Files.isWritable(MEMORY) ? MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    Path folder =
        Files.createTempDirectory(parent, "gnomon-%s-".formatted(directory.getFileName()));
    return new BetweenNodes(folder, new InetSocketAddress(place.host(), 0));
  }

  /** HOST:PORT that the others reach this node by. */
  public String address() {
    return Cluster.get(system).selfMember().address().hostPort().replaceFirst("^.*@", "");
  }

  /** Leaves the cluster; {@link #await} tells when it has. */
  public void leave() {
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Leave.create(cluster.selfMember().address()));
  }

  /** Waits until this node has left the cluster, or was left by it. */
  public End await() throws InterruptedException {
    try {
      system.getWhenTerminated().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    try {
      Lane.awaitClosed(CLOSING);
      exchange.close();
    } catch (IOException e) {
      system.log().warn("event=close-failed cause=\"{}\"", e.toString());
    }
    Optional<CoordinatedShutdown.Reason> reason =
        CoordinatedShutdown.get(system).getShutdownReason();
    if (reason.filter(CoordinatedShutdown.clusterDowningReason()::equals).isPresent()) {
      return End.DOWNED;
    }
    boolean refused =
        reason
            .filter(
                r ->
                    r.equals(CoordinatedShutdown.incompatibleConfigurationDetectedReason())
                        || r.equals(CoordinatedShutdown.clusterJoinUnsuccessfulReason()))
            .isPresent();
    return refused ? End.REFUSED : End.LEFT;
  }

  private static Behavior<Void> root(
      RunSettings settings,
      Path directory,
      Set<Role> roles,
      WeightExchange exchange,
      RunListener listener) {
    return Behaviors.setup(
        context -> {
          ActorRef<CoordinatorMessage> coordinator =
              coordinator(context, settings, directory, listener);
          NodeGuardian.start(context, roles, settings, directory, coordinator, exchange);
          return Behaviors.empty();
        });
  }

  /** The coordinator, wherever it is; it starts here if this is the oldest node with its role. */
  private static ActorRef<CoordinatorMessage> coordinator(
      ActorContext<Void> context, RunSettings settings, Path directory, RunListener listener) {
    Behavior<CoordinatorMessage> singleton =
        Behaviors.setup(
            single -> {
              Ending ending = new Ending(listener, everyoneLeaves(single.getSystem()));
              return Coordination.of(
                  directory.getFileName().toString(),
                  settings,
                  new RunDirectory(directory),
                  ending);
            });
    return ClusterSingleton.get(context.getSystem())
        .init(
            SingletonActor.of(singleton, "coordinator")
                .withSettings(
                    ClusterSingletonSettings.create(context.getSystem())
                        .withRole(Role.COORDINATOR.wireName())));
  }

  /** When it is completed the run is over: all nodes leave, this one last. */
  private static CompletableFuture<RunSummary> everyoneLeaves(ActorSystem<?> system) {
    CompletableFuture<RunSummary> over = new CompletableFuture<>();
    over.whenComplete(
        (summary, failure) -> {
          Cluster cluster = Cluster.get(system);
          ClusterEvent.CurrentClusterState state = cluster.state();
          state
              .getMembers()
              .forEach(
                  member -> {
                    if (!member.address().equals(cluster.selfMember().address())) {
                      cluster.manager().tell(Leave.create(member.address()));
                    }
                  });
          cluster.manager().tell(Leave.create(cluster.selfMember().address()));
        });
    return over;
  }

  private static Config configuration(RunSettings settings, Place place) {
    List<String> roles = place.roles().stream().sorted().map(Role::wireName).toList();
    List<String> seeds =
        place.seeds().stream().map(seed -> "akka://%s@%s".formatted(SYSTEM, seed)).toList();
    return ConfigFactory.load(
        ConfigFactory.parseMap(
                Map.of(
                    "akka.remote.artery.canonical.hostname",
                    place.host(),
                    "akka.remote.artery.canonical.port",
                    place.port(),
                    "akka.cluster.roles",
                    roles,
                    "akka.cluster.seed-nodes",
                    seeds))
            .withFallback(settings.resolved())
            .withFallback(ConfigFactory.parseResources("gnomon/cluster.conf")));
  }
}
