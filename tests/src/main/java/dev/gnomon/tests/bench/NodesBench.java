package dev.gnomon.tests.bench;

import dev.gnomon.launch.report.Fonts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run costs that has many nodes: actor systems of a few processes on this machine, with work
 * that only waits. One node leads and stores, one trains, one assigns, the others are teachers,
 * loaders and evaluators in turn. One teacher is a process of its own, which is killed and started
 * again.
 */
final class NodesBench implements Bench {

  private static final int[] NODES = {2, 8, 32, 64};
  private static final int STEP_MILLIS = 20;
  private static final int FROM = 200;
  private static final int STEPS = 400; // that are counted
  private static final int TOGETHER = 32; // nodes of the crowd in a process
  private static final long POLL_MILLIS = 50;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Path out;

  /**
   * The bench.
   *
   * @param out folder that its plot is written to
   */
  NodesBench(Path out) {
    this.out = out;
  }

  @Override
  public String what() {
    return "2 to 64 nodes whose work is a wait: steps/s, coordinator, messages, joining, healing";
  }

  /**
   * A run of so many nodes.
   *
   * @param stepsPerSecond while it goes on undisturbed
   * @param leader share of a core that the process of coordinator, loader and checkpointer takes
   * @param messages that all nodes send to others, a step
   * @param bytes of these
   * @param joined seconds from the start of the processes until all nodes are members
   * @param healed seconds from a teacher's end until it is back; NaN where there is no other
   */
  record Row(
      int nodes,
      double stepsPerSecond,
      double leader,
      double messages,
      double bytes,
      double joined,
      double healed) {}

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    Fonts.require();
    List<Row> rows = new ArrayList<>();
    List<Figure> figures = new ArrayList<>();
    for (int nodes : NODES) {
      Row row = run(nodes);
      rows.add(row);
      System.err.println(row); // each takes minutes
      Map<String, Double> measured = new LinkedHashMap<>();
      measured.put("steps/s", row.stepsPerSecond());
      measured.put("leader's share of a core", row.leader());
      measured.put("messages a step", row.messages());
      measured.put("bytes a step", row.bytes());
      measured.put("joined s", row.joined());
      measured.put("healed s", row.healed());
      figures.add(
          new Figure(
              "steps/s of %d nodes over 2".formatted(nodes),
              row.stepsPerSecond() / rows.get(0).stepsPerSecond(),
              0.9,
              0.97,
              measured));
    }
    Files.createDirectories(out);
    NodesPlot.write(rows, out.resolve("nodes.png"));
    return figures;
  }

  private static List<String> settings() {
    List<String> sets = new ArrayList<>(HollowActors.sets());
    sets.addAll(
        List.of(
            HollowActors.WAIT + "=" + STEP_MILLIS,
            "gnomon.steps=1000000",
            "gnomon.boundary=0",
            "gnomon.batch-size=64",
            "gnomon.threads=1",
            "gnomon.publish-every=8",
            "gnomon.max-staleness=15",
            "gnomon.model.width=64",
            "gnomon.model.depth=2",
            "gnomon.checkpoint.every=100000",
            "gnomon.evaluate.every=0",
            "gnomon.http.enabled=false",
            // All nodes share these cores while they join, and fall silent for longer than they
            // would with cores of their own. A killed one that is back is known by its place.
            "akka.cluster.failure-detector.acceptable-heartbeat-pause=60s",
            "akka.remote.artery.advanced.connection-timeout=60s",
            "akka.remote.artery.advanced.handshake-timeout=120s",
            "akka.remote.artery.advanced.outbound-max-restarts=1000",
            "akka.io.tcp.register-timeout=60s",
            "akka.remote.artery.advanced.instruments=[\"" + MessageCount.class.getName() + "\"]"));
    return sets;
  }

  /**
   * Roles of the nodes in each process of the crowd; the leader's and the victim's have their own.
   * A node holds some eight files for each other one, so that one process may not open enough for
   * 62.
   */
  private static List<List<String>> crowd(int nodes) {
    if (nodes == 2) {
      return List.of(List.of("trainer,assigner,teacher"));
    }
    List<String> crowd = new ArrayList<>(List.of("trainer", "assigner"));
    String[] others = {"teacher", "evaluator", "data"};
    while (crowd.size() < nodes - 2) {
      crowd.add(others[(crowd.size() - 2) % others.length]);
    }
    List<List<String>> processes = new ArrayList<>();
    for (int from = 0; from < crowd.size(); from += TOGETHER) {
      processes.add(crowd.subList(from, Math.min(from + TOGETHER, crowd.size())));
    }
    return processes;
  }

  private static Row run(int nodes) throws Exception {
    try (ScratchFolder folder = new ScratchFolder()) {
      Path run = folder.path().resolve("run");
      int seed = freePort();
      int place = freePort();
      long began = System.nanoTime();
      List<Crowd> crowd = new ArrayList<>();
      Crowd victim = null;
      try (Crowd leader = new Crowd(run, seed, List.of("coordinator,data,checkpointer@" + seed))) {
        try {
          for (List<String> places : crowd(nodes)) {
            crowd.add(new Crowd(run, seed, places));
            int there = 1 + Math.min(crowd.size() * TOGETHER, nodes - 2);
            await(there + " to join", () -> leader.ask()[0] >= Math.min(there, nodes));
          }
          victim = nodes > 2 ? new Crowd(run, seed, List.of("teacher@" + place)) : null;
          await("all to join", () -> leader.ask()[0] >= nodes);
          double joined = (System.nanoTime() - began) / 1e9;
          await("step " + FROM, () -> leader.ask()[4] >= FROM);
          List<Crowd> all =
              Stream.concat(Stream.of(leader), crowd.stream()).collect(Collectors.toList());
          if (victim != null) {
            all.add(victim);
          }
          long first = leader.ask()[4];
          long[] before = sum(all);
          long leaderBefore = leader.ask()[3];
          long start = System.nanoTime();
          await("step " + (first + STEPS), () -> leader.ask()[4] >= first + STEPS);
          double seconds = (System.nanoTime() - start) / 1e9;
          long done = leader.ask()[4] - first;
          long[] after = sum(all);
          double cpu = (leader.ask()[3] - leaderBefore) / 1e3;
          double healed = Double.NaN;
          if (victim != null) {
            long killed = System.nanoTime();
            victim.close();
            await("the loss", () -> leader.ask()[0] < nodes || System.nanoTime() - killed > 2e9);
            victim = new Crowd(run, seed, List.of("teacher@" + place));
            await("the end of the old one", () -> leader.ask()[0] < nodes);
            await("all to be there again", () -> leader.ask()[0] >= nodes);
            healed = (System.nanoTime() - killed) / 1e9;
          }
          return new Row(
              nodes,
              done / seconds,
              cpu / seconds,
              (after[0] - before[0]) / (double) done,
              (after[1] - before[1]) / (double) done,
              joined,
              healed);
        } finally {
          if (victim != null) {
            victim.close();
          }
          for (Crowd process : crowd) {
            process.close();
          }
        }
      }
    }
  }

  /** Messages and bytes of all processes. */
  private static long[] sum(List<Crowd> all) throws IOException {
    long[] sum = new long[2];
    for (Crowd process : all) {
      long[] answer = process.ask();
      sum[0] += answer[1];
      sum[1] += answer[2];
    }
    return sum;
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) throws Exception {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.holds()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("waited for " + what + " in vain");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** A process with some of the nodes. */
  private static final class Crowd implements AutoCloseable {

    private final Process process;
    private final PrintWriter to;
    private final BufferedReader from;

    Crowd(Path run, int seed, List<String> places) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx4g", "-Xmn1g", "-XX:+UseParallelGC", "-Dai.djl.offline=true"));
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(List.of(CrowdProcess.class.getName(), run.toString(), "127.0.0.1:" + seed));
      List<String> sets = settings();
      command.add(String.valueOf(sets.size()));
      command.addAll(sets);
      command.addAll(places);
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      to = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
      from =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** What {@link CrowdProcess} answers. */
    long[] ask() throws IOException {
      to.println("?");
      String line = from.readLine();
      if (line == null) {
        throw new IOException("a process of the bench has ended");
      }
      return Stream.of(line.split(" ")).mapToLong(Long::parseLong).toArray();
    }

    /** Kills it. */
    @Override
    public void close() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }
  }
}
