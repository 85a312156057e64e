package dev.gnomon.tests.bench;

import dev.gnomon.actors.node.Node;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.StepReport;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.protocol.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Some nodes of a run in one process, for {@link NodesBench}: a line to its standard input is
 * answered by members of the cluster, messages and bytes sent so far, milliseconds of processor
 * time, and steps done where the coordinator is here; it ends with the input.
 */
final class CrowdProcess {

  private static final int AT_ONCE = 4; // nodes that join together
  private static final long POLL_MILLIS = 20;
  private static final AtomicLong STEP = new AtomicLong();

  private CrowdProcess() {}

  /** Notes the last step. */
  private static final class Steps implements RunListener {

    @Override
    public void onStep(StepReport report) {
      STEP.set(report.step());
    }

    @Override
    public void onEvent(String line) {}

    @Override
    public void onScored(long step, Map<String, Double> scores) {}

    @Override
    public void onFinished(RunSummary summary) {}
  }

  /**
   * Starts the nodes.
   *
   * @param arguments the run's folder, the seed's HOST:PORT, how many sets, the sets; then ROLES or
   *     ROLES@PORT of each node
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int sets = Integer.parseInt(arguments[2]);
    RunSettings settings =
        RunSettings.from(
            Configuration.load(List.of(), Arrays.asList(arguments).subList(3, 3 + sets)));
    List<Node> nodes = new ArrayList<>();
    for (String place : Arrays.asList(arguments).subList(3 + sets, arguments.length)) {
      String[] parts = place.split("@");
      int port = parts.length == 1 ? 0 : Integer.parseInt(parts[1]);
      nodes.add(
          Node.start(
              settings,
              Path.of(arguments[0]),
              new Node.Place(roles(parts[0]), "127.0.0.1", port, List.of(arguments[1])),
              new Steps()));
      if (nodes.size() % AT_ONCE == 0) {
        awaitJoined(nodes.get(nodes.size() - 1));
      }
    }
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (questions.readLine() != null) {
      long cpu =
          ProcessHandle.current().info().totalCpuDuration().map(d -> d.toMillis()).orElse(0L);
      System.out.printf(
          "%d %d %d %d %d%n",
          nodes.get(0).members(), MessageCount.messages(), MessageCount.bytes(), cpu, STEP.get());
      System.out.flush();
    }
    Runtime.getRuntime().halt(0);
  }

  /** The cores of this machine are not those of as many machines, which would start at once. */
  private static void awaitJoined(Node node) throws InterruptedException {
    while (node.members() == 0) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static Set<Role> roles(String names) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String name : names.split(",")) {
      roles.add(Role.of(name));
    }
    return roles;
  }
}
