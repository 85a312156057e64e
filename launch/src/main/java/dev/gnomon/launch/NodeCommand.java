package dev.gnomon.launch;

import com.typesafe.config.Config;
import dev.gnomon.actors.node.Node;
import dev.gnomon.actors.settings.MessageSizes;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.transport.Transport;
import dev.gnomon.launch.progress.ProgressLines;
import dev.gnomon.launch.report.LiveReport;
import dev.gnomon.protocol.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gnomon node}: one process of a run that has several, such as one for each device. */
@Command(
    name = "node",
    description = {
      "Runs the actors of some roles, as one node of a cluster.",
      "A run begins when all of coordinator, data, trainer, checkpointer and (where",
      "conditions come from them) teacher and assigner are there, on whatever nodes;",
      "evaluators may come later. All nodes need the same configuration. They may see one --run folder, or",
      "each have its own: checkpoints are then in that of the checkpointer's node.",
      "",
      "Who reaches a node's ports can take part, unless gnomon.transport = tls: then only",
      "who shows a certificate of the cluster. launch/certificates makes a set.",
      "",
      "Told to end (SIGTERM), the coordinator's node ends the run after a last",
      "checkpoint, those of trainer and assigner leave after the next one, the others",
      "at once.",
      "",
      "Exit codes: 0 the run is over or the node was told to leave, 1 it could not",
      "join, or the run that it coordinated has failed, 71 the others went on without",
      "it, its device is lost, or nobody coordinates any more (start me again)."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class NodeCommand implements Callable<Integer> {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
  private static final Duration CLOSING = Duration.ofSeconds(15); // to leave the cluster

  @Option(
      names = "--roles",
      required = true,
      split = ",",
      paramLabel = "ROLE",
      description =
          "What it is for, with commas: coordinator, data, trainer, teacher, assigner, checkpointer,"
              + " evaluator.")
  private List<String> roles = List.of();

  @ArgGroup(multiplicity = "1")
  private SeedOptions seeds;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description =
          "Name or address that the other nodes reach this one by; with --seed-dns an address that"
              + " the name has. Default: ${DEFAULT-VALUE}, which only this machine reaches")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description =
          "Port of this node; 0 takes a free one, or that of --seed-dns. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--weights-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description =
          "Port where other hosts fetch weights and files of checkpoints from it, for firewalls; 0"
              + " takes a free one. Default: ${DEFAULT-VALUE}")
  private int weightsPort;

  @Option(
      names = "--run",
      required = true,
      paramLabel = "DIR",
      description =
          "Folder of the run on this node. The run goes on from the newest checkpoint in that of the"
              + " checkpointer's node.")
  private Path run;

  @Mixin private ConfigurationOptions configuration;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Node.Place place = place();
    RunDirectory directory = new RunDirectory(run);
    Optional<Config> kept = directory.kept();
    Config config = kept.map(configuration::config).orElseGet(configuration::config);
    RunSettings settings = RunSettings.from(config);
    Plugins.check(settings);
    Transport.check(config);
    MessageSizes.check(settings, place.roles());
    boolean coordinates = place.roles().contains(Role.COORDINATOR);
    if (kept.isPresent() && (!coordinates || directory.hasCheckpoints())) {
      Continuation.check(kept.get(), config, directory.configuration());
    }
    logs(directory, place).holdLogs(); // before anything is logged
    if (coordinates) {
      directory.holdStory(); // the run's, where an operator looks
    }
    Devices.check(settings, place.roles());
    AvailableMemory available = AvailableMemory.here(); // before images are in it
    long images = place.roles().contains(Role.DATA) ? images(settings, directory, place) : 0;
    MemoryCheck memory = new MemoryCheck(settings, place.roles(), images, available);
    memory.require();
    if (place.roles().contains(Role.TRAINER) && !directory.hasCheckpoints()) {
      StartingWeights.check(settings);
    }
    if (coordinates) {
      directory.keep(config);
    }
    PrintWriter out = spec.commandLine().getOut();
    try (LiveReport report =
        new LiveReport(directory.path(), new ProgressLines(out, BETWEEN_LINES, System::nanoTime))) {
      Node node = Node.start(settings, directory.path(), place, report);
      Duration leaving = settings.deadlines().stop();
      try (StopSignal signal = StopSignal.to(() -> node.leave(leaving), leaving.plus(CLOSING))) {
        memory.log();
        introduce(node, place, directory, memory);
        Node.End end = node.await();
        report.close(); // all pictures: told to end, the process goes once that is said to be done
        out.println("Node " + end.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ".");
        out.flush();
        return signal.ended(
            switch (end) {
              case LEFT -> ExitCode.DONE;
              case DOWNED, ORPHANED, DEVICE_LOST -> ExitCode.DEVICE_LOST;
              case REFUSED, RUN_FAILED -> ExitCode.FAILED;
            });
      }
    }
  }

  /** Bytes of the images, whose labels' names it leaves where a report finds them. */
  private static long images(RunSettings settings, RunDirectory directory, Node.Place place)
      throws IOException {
    SeenImages images = SeenImages.of(TrainingImages.of(settings));
    // Checkpoints lie with the checkpointer, so without it a folder does not say whether it began.
    directory.requireImages(
        images.digest(), !place.roles().contains(Role.CHECKPOINTER) || directory.hasCheckpoints());
    directory.keepImages(images);
    return images.bytes();
  }

  private void introduce(Node node, Node.Place place, RunDirectory directory, MemoryCheck memory)
      throws UnknownHostException {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "Node %s: %s, in %s%n",
        node.address(),
        place.roles().stream().map(Role::wireName).collect(Collectors.joining(", ")),
        directory.path());
    out.println(memory.line());
    out.println(whoGetsIn(node));
    node.operators()
        .ifPresent(
            address ->
                out.printf(
                    "Answers operators on %s: launch/gnomon status --address %s%n",
                    address, address));
    out.flush();
  }

  private String whoGetsIn(Node node) throws UnknownHostException {
    if (node.certificateUntil().isPresent()) {
      return "With TLS on %s: only nodes of this cluster get in. The certificate is good until %s."
          .formatted(host, node.certificateUntil().get());
    }
    return InetAddress.getByName(host).isLoopbackAddress()
        ? "Without TLS: only this machine reaches it. --host names another address."
        : "WITHOUT TLS on %s: whoever reaches it can take part. Keep it inside, or set gnomon.transport=tls."
            .formatted(host);
  }

  private Node.Place place() {
    Set<Role> chosen = EnumSet.noneOf(Role.class);
    for (String role : roles) {
      try {
        chosen.add(Role.of(role.strip()));
      } catch (IllegalArgumentException unknown) {
        throw new UsageException("--roles: " + unknown.getMessage());
      }
    }
    requirePort("--port", port);
    requirePort("--weights-port", weightsPort);
    if (host.contains(":")) {
      throw new UsageException(
          "--host %s: nodes do not go by IPv6 addresses; give a name or an IPv4 address"
              .formatted(host));
    }
    Node.Place place = seeds.place(chosen, host, port, weightsPort);
    if (weightsPort != 0 && place.port() == weightsPort) {
      throw new UsageException(
          "--weights-port %d is that of its actors too; take another".formatted(weightsPort));
    }
    return place;
  }

  private static void requirePort(String option, int port) {
    if (port < 0 || port > 65_535) {
      throw new UsageException("%s %d is not within 0 and 65535".formatted(option, port));
    }
  }

  /** A node's own logs, beside those of others. */
  private static RunDirectory logs(RunDirectory run, Node.Place place) throws IOException {
    String name =
        place.roles().stream().map(Role::wireName).collect(Collectors.joining("+"))
            + "-"
            + ProcessHandle.current().pid();
    return new RunDirectory(Files.createDirectories(run.path().resolve("nodes").resolve(name)));
  }
}
