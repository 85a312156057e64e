package dev.gnomon.actors.node;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.ClusterSingletonSettings;
import akka.cluster.typed.Leave;
import akka.cluster.typed.SingletonActor;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.Lane;
import dev.gnomon.actors.operator.OperatorServer;
import dev.gnomon.actors.run.RunDirectory;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.actors.transfer.BetweenNodes;
import dev.gnomon.actors.transfer.WeightExchange;
import dev.gnomon.actors.transport.ArteryDoor;
import dev.gnomon.actors.transport.Transport;
import dev.gnomon.model.training.MemoryPlan;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * One JVM of a run that has several: the actors of its roles, in a cluster with the other nodes.
 * Where it has the coordinator's role, the coordinator may run here; there is one in the cluster.
 */
public final class Node {

  private static final String SYSTEM = "gnomon";
  private static final Duration CLOSING = Duration.ofMinutes(1);

  /**
   * Where a node is and whom it joins.
   *
   * @param roles what it is for
   * @param host name or address that the others reach it by
   * @param port of its actors; 0 takes a free one
   * @param weightsPort where others fetch weights and files; 0 takes a free one
   * @param seeds whom to ask for the cluster
   */
  public record Place(Set<Role> roles, String host, int port, int weightsPort, Seeds seeds) {

    /**
     * A place in a cluster of nodes that are known.
     *
     * @param seeds HOST:PORT of each; the first of them founds the cluster
     */
    public Place(Set<Role> roles, String host, int port, List<String> seeds) {
      this(roles, host, port, 0, new Seeds.Listed(seeds));
    }
  }

  /** How a node came to its end. */
  public enum End {
    /** The run is over, or the node was told to leave. */
    LEFT,
    /** The run that was coordinated here has failed. */
    RUN_FAILED,
    /** The others went on without it: it may be started again. */
    DOWNED,
    /** Nobody coordinates the cluster any more: started again, it finds who does. */
    ORPHANED,
    /** Its device can only be used by another process: it may be started again. */
    DEVICE_LOST,
    /** The cluster it wanted to join runs under another configuration, or can not be had. */
    REFUSED
  }

  /** Why this node ends itself, to be started again. */
  private enum Early implements CoordinatedShutdown.Reason {
    DEVICE_LOST,
    ORPHANED
  }

  /** Whether the coordinator came to run here, and how its run ended. */
  private static final class Coordinating {
    private volatile boolean begun;
    private volatile boolean failed;
  }

  private final ActorSystem<CoordinatorMessage> system;
  private final Transport transport;
  private final ArteryDoor door;
  private final WeightExchange exchange;
  private final Optional<OperatorServer> operators;
  private final Place place;
  private final Coordinating coordinating;

  private Node(
      ActorSystem<CoordinatorMessage> system,
      Transport transport,
      ArteryDoor door,
      WeightExchange exchange,
      Optional<OperatorServer> operators,
      Place place,
      Coordinating coordinating) {
    this.system = system;
    this.transport = transport;
    this.door = door;
    this.exchange = exchange;
    this.operators = operators;
    this.place = place;
    this.coordinating = coordinating;
  }

  /**
   * Starts a node; it joins as soon as one of the seeds answers.
   *
   * @param runDirectory folder of the run on this node; that of the checkpointer's node is the
   *     store
   * @param listener told what happens where the coordinator is here, by its thread
   */
  public static Node start(
      RunSettings settings, Path runDirectory, Place place, RunListener listener)
      throws IOException {
    Path directory = runDirectory.toAbsolutePath().normalize();
    Files.createDirectories(directory);
    Coordinating coordinating = new Coordinating();
    Transport transport = Transport.of(settings.resolved());
    ArteryDoor door = null;
    WeightExchange exchange = null;
    ActorSystem<CoordinatorMessage> system = null;
    Optional<OperatorServer> operators = Optional.empty();
    try {
      door = new ArteryDoor(transport, new InetSocketAddress(place.host(), place.port()));
      exchange = exchange(settings, place, transport);
      system =
          ActorSystem.create(
              root(settings, directory, place.roles(), exchange, listener, coordinating),
              SYSTEM,
              door.setup(configuration(settings, place)));
      operators = operators(system, settings, directory, place);
      door.open(system);
      search(system, place);
      return new Node(system, transport, door, exchange, operators, place, coordinating);
    } catch (IOException | RuntimeException failure) {
      if (system != null) {
        system.terminate();
      }
      close(operators.orElse(null), exchange, door, transport);
      throw failure;
    }
  }

  /** Nodes that have a name are asked for the cluster as they come to have it. */
  private static void search(ActorSystem<?> system, Place place) throws IOException {
    if (place.seeds() instanceof Seeds.Named named) {
      system.systemActorOf(
          SeedSearch.create(
              named, InetAddress.getByName(place.host()), place.roles().contains(Role.COORDINATOR)),
          "gnomon-seed-search",
          Props.empty());
    }
  }

  private static Optional<OperatorServer> operators(
      ActorSystem<CoordinatorMessage> system, RunSettings settings, Path directory, Place place)
      throws IOException {
    if (!settings.http().enabled()) {
      return Optional.empty();
    }
    String roles =
        place.roles().stream().sorted().map(Role::wireName).collect(Collectors.joining("+"));
    return Optional.of(
        OperatorServer.start(
            settings.http(),
            directory,
            roles,
            place.host(),
            new NodeConsole(system, directory.getFileName().toString())));
  }

  /** Closes what is there, even if some of it can not be. */
  private static void close(AutoCloseable... parts) {
    for (AutoCloseable part : parts) {
      try {
        if (part != null) {
          part.close();
        }
      } catch (Exception e) {
        SupervisionLog.event("close-failed").with("cause", e).warn();
      }
    }
  }

  private static WeightExchange exchange(RunSettings settings, Place place, Transport transport)
      throws IOException {
    // Actors of one's own may bring a network that is larger than the one in the configuration.
    long largest = (1L << 30) + 4 * new MemoryPlan(settings.training()).versions().bytes();
    return new BetweenNodes(
        VersionFolders.ofThisMachine().own(),
        new InetSocketAddress(place.host(), place.weightsPort()),
        transport,
        largest);
  }

  /** When the certificate that this node shows ends; empty without TLS. */
  public Optional<Instant> certificateUntil() {
    return transport.until();
  }

  /** How many nodes the cluster has, those that have not come or gone yet left out. */
  public int members() {
    return (int)
        StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
            .filter(member -> member.status().equals(MemberStatus.up()))
            .count();
  }

  /** HOST:PORT that the others reach this node by. */
  public String address() {
    return ClusterWatch.address(Cluster.get(system).selfMember());
  }

  /** HOST:PORT where it answers operators, if it does. */
  public Optional<String> operators() {
    return operators.map(OperatorServer::address);
  }

  /**
   * Ends this node's part in good order; {@link #await} tells when it has. Where the coordinator is
   * here, the run ends after a last checkpoint, and all nodes with it. A trainer or an assigner
   * leaves after the next checkpoint, from which its successor goes on, if there is a coordinator
   * to order one. Blocks until then, but no longer than {@code patience}.
   */
  public void leave(Duration patience) {
    new Leaving(system, patience).leave(coordinating.begun, place.roles());
  }

  /** Waits until this node has left the cluster, or was left by it. */
  public End await() throws InterruptedException {
    try {
      system.getWhenTerminated().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    operators.ifPresent(OperatorServer::close);
    Lane.awaitClosed(CLOSING); // those that use the exchange
    close(exchange, door, transport);
    Lane.awaitClosed(CLOSING); // its own, which removes its files
    End end = end();
    SupervisionLog.event("ended")
        .with("node", address())
        .with("as", end.name().toLowerCase(Locale.ROOT).replace('_', ' '))
        .info();
    return end;
  }

  private End end() {
    Optional<CoordinatedShutdown.Reason> reason =
        CoordinatedShutdown.get(system).getShutdownReason();
    if (reason.filter(CoordinatedShutdown.clusterDowningReason()::equals).isPresent()) {
      return End.DOWNED;
    }
    if (reason.filter(Early.DEVICE_LOST::equals).isPresent()) {
      return End.DEVICE_LOST;
    }
    if (reason.filter(Early.ORPHANED::equals).isPresent()) {
      return End.ORPHANED;
    }
    if (coordinating.failed) {
      return End.RUN_FAILED;
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

  private static Behavior<CoordinatorMessage> root(
      RunSettings settings,
      Path directory,
      Set<Role> roles,
      WeightExchange exchange,
      RunListener listener,
      Coordinating coordinating) {
    return Behaviors.setup(
        context -> {
          ActorRef<CoordinatorMessage> coordinator =
              coordinator(context, settings, directory, listener, coordinating);
          NodeGuardian.start(
              context,
              roles,
              settings,
              directory,
              coordinator,
              exchange,
              failure -> end(context.getSystem(), Early.DEVICE_LOST));
          if (!roles.contains(Role.COORDINATOR)) {
            // Not a child, which would count as an actor of a role.
            context
                .getSystem()
                .systemActorOf(
                    CoordinatorWatch.create(() -> end(context.getSystem(), Early.ORPHANED)),
                    "gnomon-coordinator-watch",
                    Props.empty());
          }
          return NodeRoot.of(context, coordinator);
        });
  }

  /** The coordinator, wherever it is; it starts here if this is the oldest node with its role. */
  private static ActorRef<CoordinatorMessage> coordinator(
      ActorContext<CoordinatorMessage> context,
      RunSettings settings,
      Path directory,
      RunListener listener,
      Coordinating coordinating) {
    Behavior<CoordinatorMessage> singleton =
        Behaviors.setup(
            single -> {
              coordinating.begun = true;
              Ending ending =
                  new Ending(listener, everyoneLeaves(single.getSystem(), coordinating));
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
  private static CompletableFuture<RunSummary> everyoneLeaves(
      ActorSystem<?> system, Coordinating coordinating) {
    CompletableFuture<RunSummary> over = new CompletableFuture<>();
    over.whenComplete(
        (summary, failure) -> {
          coordinating.failed = failure != null || summary.outcome() == RunSummary.Outcome.FAILED;
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

  private static void end(ActorSystem<?> system, Early reason) {
    SupervisionLog.event("node-ends")
        .with("node", Cluster.get(system).selfMember().address().hostPort())
        .with("cause", reason == Early.ORPHANED ? "nobody coordinates any more" : "device lost")
        .warn();
    CoordinatedShutdown.get(system).run(reason);
  }

  private static Config configuration(RunSettings settings, Place place) {
    List<String> roles = place.roles().stream().sorted().map(Role::wireName).toList();
    List<String> seeds =
        place.seeds().known().stream().map(seed -> "akka://%s@%s".formatted(SYSTEM, seed)).toList();
    return ConfigFactory.load(
        ConfigFactory.parseMap(
                Map.of("akka.cluster.roles", roles, "akka.cluster.seed-nodes", seeds))
            .withFallback(settings.resolved())
            .withFallback(ConfigFactory.parseResources("gnomon/cluster.conf")));
  }
}
