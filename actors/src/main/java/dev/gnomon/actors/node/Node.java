package dev.gnomon.actors.node;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
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
import dev.gnomon.model.checkpoint.VersionFiles;
import dev.gnomon.model.training.MemoryPlan;
import dev.gnomon.protocol.CheckpointWritten;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.LeaveRequest;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Stop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * One JVM of a run that has several: the actors of its roles, in a cluster with the other nodes.
 * Where it has the coordinator's role, the coordinator may run here; there is one in the cluster.
 */
public final class Node {

  private static final String SYSTEM = "gnomon";
  private static final Duration CLOSING = Duration.ofMinutes(1);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(15); // for a last checkpoint
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final String VERSIONS =
      "gnomon-versions-"; // and the process, and which of its nodes
  private static final AtomicLong STARTED = new AtomicLong();

  /**
   * Where a node is and whom it joins.
   *
   * @param roles what it is for
   * @param host name or address that the others reach it by
   * @param port of its actors; 0 takes a free one
   * @param seeds whom to ask for the cluster
   */
  public record Place(Set<Role> roles, String host, int port, Seeds seeds) {

    /**
     * A place in a cluster of nodes that are known.
     *
     * @param seeds HOST:PORT of each; the first of them founds the cluster
     */
    public Place(Set<Role> roles, String host, int port, List<String> seeds) {
      this(roles, host, port, new Seeds.Listed(seeds));
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

  /**
   * Files in memory where the system has some, else in the temporary folder; a folder a node, named
   * by its process. Those of processes that are no more, killed perhaps, go.
   */
  private static WeightExchange exchange(RunSettings settings, Place place, Transport transport)
      throws IOException {
    Path parent = Files.isWritable(MEMORY) ? MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, VERSIONS + "*")) {
      for (Path folder : folders) {
        String pid =
            folder.getFileName().toString().substring(VERSIONS.length()).replaceFirst("-.*", "");
        if (pid.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
          new VersionFiles(folder).clear();
          Files.deleteIfExists(folder);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      SupervisionLog.event("versions-not-cleared").with("folder", parent).with("cause", e).warn();
    }
    long number = STARTED.incrementAndGet();
    Path folder = parent.resolve(VERSIONS + ProcessHandle.current().pid() + "-" + number);
    // Actors of one's own may bring a network that is larger than the one in the configuration.
    long largest = (1L << 30) + 4 * new MemoryPlan(settings.training()).versions().bytes();
    return new BetweenNodes(folder, new InetSocketAddress(place.host(), 0), transport, largest);
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
    long until = System.nanoTime() + patience.toNanos();
    Cluster cluster = Cluster.get(system);
    if (cluster.selfMember().status().equals(MemberStatus.removed())) { // it has not joined yet
      system.terminate();
      return;
    }
    if (coordinating.begun) {
      system.tell(new Stop());
      pauseUntil(() -> false, until);
    } else if (place.roles().contains(Role.TRAINER) || place.roles().contains(Role.ASSIGNER)) {
      CompletableFuture<CheckpointWritten> written = new CompletableFuture<>();
      BooleanSupplier enough = () -> written.isDone() || !hasCoordinator(cluster);
      while (!enough.getAsBoolean() && isAlive() && System.nanoTime() < until) {
        Duration left = Duration.ofNanos(until - System.nanoTime());
        AskPattern.ask(system, LeaveRequest::new, left, system.scheduler())
            .thenAccept(written::complete);
        pauseUntil(enough, Math.min(until, System.nanoTime() + ASK_AGAIN.toNanos()));
      }
    }
    cluster.manager().tell(Leave.create(cluster.selfMember().address()));
  }

  /** Returns when {@code enough} holds, this node has left, or it is {@code until}. */
  private void pauseUntil(BooleanSupplier enough, long until) {
    while (!enough.getAsBoolean() && isAlive() && System.nanoTime() < until) {
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private boolean isAlive() {
    return !system.getWhenTerminated().toCompletableFuture().isDone();
  }

  private static boolean hasCoordinator(Cluster cluster) {
    ClusterEvent.CurrentClusterState state = cluster.state();
    return StreamSupport.stream(state.getMembers().spliterator(), false)
        .anyMatch(
            member ->
                member.hasRole(Role.COORDINATOR.wireName())
                    && member.status().equals(MemberStatus.up())
                    && !state.getUnreachable().contains(member));
  }

  /** Waits until this node has left the cluster, or was left by it. */
  public End await() throws InterruptedException {
    try {
      system.getWhenTerminated().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    operators.ifPresent(OperatorServer::close);
    Lane.awaitClosed(CLOSING);
    close(exchange, door, transport);
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
        place.seeds() instanceof Seeds.Listed listed
            ? listed.nodes().stream().map(seed -> "akka://%s@%s".formatted(SYSTEM, seed)).toList()
            : List.of();
    return ConfigFactory.load(
        ConfigFactory.parseMap(
                Map.of("akka.cluster.roles", roles, "akka.cluster.seed-nodes", seeds))
            .withFallback(settings.resolved())
            .withFallback(ConfigFactory.parseResources("gnomon/cluster.conf")));
  }
}
