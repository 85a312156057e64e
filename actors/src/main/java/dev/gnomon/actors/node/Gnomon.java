package dev.gnomon.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.Join;
import akka.cluster.typed.SingletonActor;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.Lane;
import dev.gnomon.actors.operator.OperatorServer;
import dev.gnomon.actors.operator.ServedAt;
import dev.gnomon.actors.run.RunDirectory;
import dev.gnomon.actors.run.RunFiles;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.transfer.InThisJvm;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.RunStatus;
import dev.gnomon.protocol.StatusRequest;
import dev.gnomon.protocol.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * A run on this machine: a cluster of one node that has all roles, in this JVM. It is the code that
 * runs on many machines, with nothing to install and no network but loopback.
 */
public final class Gnomon implements AutoCloseable {

  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration CLOSING = Duration.ofMinutes(1);

  private final ActorSystem<CoordinatorMessage> system;
  private final RunFiles files;
  private final Optional<OperatorServer> operators;
  private final CompletableFuture<RunSummary> finished;

  private Gnomon(
      ActorSystem<CoordinatorMessage> system,
      RunFiles files,
      Optional<OperatorServer> operators,
      CompletableFuture<RunSummary> finished) {
    this.system = system;
    this.files = files;
    this.operators = operators;
    this.finished = finished;
  }

  /**
   * Starts a run, or goes on with it from its newest checkpoint that verifies; those that are
   * passed over are told with the reason.
   *
   * @param listener told what happens, by the coordinator's thread
   */
  public static Gnomon start(RunSettings settings, Path runDirectory, RunListener listener)
      throws IOException {
    Path directory = runDirectory.toAbsolutePath().normalize();
    Files.createDirectories(directory);
    RunFiles files = new RunDirectory(directory);
    CompletableFuture<RunSummary> finished = new CompletableFuture<>();
    String run = directory.getFileName().toString();
    ActorSystem<CoordinatorMessage> system =
        ActorSystem.create(
            root(run, settings, directory, files, new Ending(listener, finished)),
            "gnomon",
            configuration(settings));
    system
        .getWhenTerminated()
        .whenComplete(
            (done, failure) ->
                finished.completeExceptionally(
                    new IllegalStateException("the run ended before it was over", failure)));
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    try {
      return new Gnomon(system, files, operators(system, settings, directory), finished);
    } catch (IOException | RuntimeException failure) {
      system.terminate();
      throw failure;
    }
  }

  private static Optional<OperatorServer> operators(
      ActorSystem<CoordinatorMessage> system, RunSettings settings, Path directory)
      throws IOException {
    return settings.http().enabled()
        ? Optional.of(
            OperatorServer.start(
                settings.http(),
                directory,
                "train",
                ServedAt.thisMachine(),
                new NodeConsole(system, directory.getFileName().toString())))
        : Optional.empty();
  }

  /** Waits until the run is over and all that it held is free again. */
  public RunSummary await() throws InterruptedException {
    try {
      RunSummary summary = finished.get();
      close();
      return summary;
    } catch (ExecutionException e) {
      close();
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** What the run is doing. */
  public CompletionStage<RunStatus> status() {
    return AskPattern.ask(system, StatusRequest::new, ANSWER, system.scheduler());
  }

  /** HOST:PORT where it answers operators, if it does. */
  public Optional<String> operators() {
    return operators.map(OperatorServer::address);
  }

  /** Asks the run to write a last checkpoint and end; {@link #await} tells when it has. */
  public void stop() {
    system.tell(new Stop());
  }

  /** Tells the coordinator what an operator wants, such as a pause. */
  public void tell(CoordinatorMessage wish) {
    system.tell(wish);
  }

  /** Ends everything at once; a run that is not over goes on from its newest checkpoint. */
  @Override
  public void close() {
    operators.ifPresent(OperatorServer::close);
    system.terminate();
    try {
      system.getWhenTerminated().toCompletableFuture().get(CLOSING.toSeconds(), TimeUnit.SECONDS);
      Lane.awaitClosed(CLOSING);
      files.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | IOException e) {
      system.log().warn("event=close-failed cause=\"{}\"", e.toString());
    }
  }

  /** The root passes on to the coordinator what operators tell it. */
  private static Behavior<CoordinatorMessage> root(
      String run, RunSettings settings, Path directory, RunFiles files, Ending ending) {
    return Behaviors.setup(
        context -> {
          ActorRef<CoordinatorMessage> coordinator =
              coordinator(context, run, settings, files, ending);
          NodeGuardian.start(
              context,
              EnumSet.allOf(Role.class),
              settings,
              directory,
              coordinator,
              new InThisJvm(),
              failure -> {}); // the run ends when its actor has failed often enough
          return NodeRoot.of(context, coordinator);
        });
  }

  private static ActorRef<CoordinatorMessage> coordinator(
      ActorContext<CoordinatorMessage> context,
      String run,
      RunSettings settings,
      RunFiles files,
      Ending ending) {
    return ClusterSingleton.get(context.getSystem())
        .init(SingletonActor.of(Coordination.of(run, settings, files, ending), "coordinator"));
  }

  private static Config configuration(RunSettings settings) {
    String roles =
        Arrays.stream(Role.values()).map(Role::wireName).collect(Collectors.joining(", "));
    return ConfigFactory.load(
        ConfigFactory.parseString("akka.cluster.roles = [%s]".formatted(roles))
            .withFallback(settings.resolved())
            .withFallback(ConfigFactory.parseResources("gnomon/embedded.conf")));
  }
}
