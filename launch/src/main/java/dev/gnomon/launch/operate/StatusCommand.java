package dev.gnomon.launch.operate;

import dev.gnomon.actors.operator.ServedAt;
import dev.gnomon.launch.ExitCode;
import dev.gnomon.launch.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gnomon status}: what a run is doing, from any machine that reaches one of its nodes. */
@Command(
    name = "status",
    description = {
      "Shows what a run is doing.",
      "That is its nodes, the actors on each, their steps, weight versions and queues.",
      "Any process of the run answers for all. Without options: the one run below runs/",
      "that is under way.",
      "",
      "Exit codes: 0 the run goes on, 1 nobody answers, 2 bad usage, 4 somebody",
      "answers, but the run does not go on as it should: it waits for an actor, goes",
      "back to a checkpoint, a node is unreachable, or the coordinator is silent."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class StatusCommand implements Callable<Integer> {

  private static final Path RUNS = Path.of("runs");

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "Folder of the run; what lies in its folder http says where to ask.")
  private Optional<Path> run = Optional.empty();

  @Option(
      names = "--address",
      paramLabel = "HOST:PORT",
      description = "Where a process of the run answers: what it says at its start.")
  private Optional<String> address = Optional.empty();

  @Option(names = "--json", description = "Print it as a JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (run.isPresent() && address.isPresent()) {
      throw new UsageException("--run and --address: one of them says where to ask");
    }
    RunContact contact;
    try {
      contact =
          address.isPresent()
              ? RunContact.at(Address.checked("--address", address.get()))
              : RunContact.of(run.isPresent() ? there(run.get()) : underWay());
    } catch (UnreachableRun nobody) {
      spec.commandLine().getErr().println("gnomon status: " + nobody.getMessage());
      return ExitCode.FAILED;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? contact.status() + "\n" : StatusText.of(contact.status()));
    out.flush();
    return StatusText.isWell(contact.status()) ? ExitCode.DONE : ExitCode.NOT_GOING_ON;
  }

  private static Path there(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UsageException("--run %s: there is no such folder".formatted(folder));
    }
    return folder;
  }

  /** The only run below runs/ whose processes say that they answer. */
  private static Path underWay() throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(RUNS)) {
      try (Stream<Path> folders = Files.list(RUNS)) {
        for (Path folder : folders.sorted().toList()) {
          if (ServedAt.in(folder).stream().anyMatch(place -> !place.isGone())) {
            found.add(folder);
          }
        }
      }
    }
    if (found.size() != 1) {
      throw new UsageException(
          found.isEmpty()
              ? "no run below runs/ is under way; --run DIR or --address HOST:PORT says which"
              : "%d runs are under way; choose one: --run %s"
                  .formatted(
                      found.size(),
                      String.join(", --run ", found.stream().map(Path::toString).toList())));
    }
    return found.get(0);
  }
}
