package dev.gnomon.tests.faults;

import dev.gnomon.launch.Main;
import dev.gnomon.tests.TinyRuns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A tiny run of several processes on this machine, to be broken, and watched from outside. */
final class FaultCluster implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 600;
  private static final long POLL_MILLIS = 20;
  private static final int SAID = 3000; // characters of each process in a failure

  private final Path folder;
  private final Network network;
  private final List<String> sets;
  private final Map<String, String> environment;
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final Map<String, NodeProcess> nodes = new LinkedHashMap<>();
  private final RunWatch watch;

  /** Something that becomes true. */
  interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * A cluster yet to be started.
   *
   * @param groups roles of each process, with commas
   * @param environment variables of each process, beside those of this one
   * @param sets keys of the run, beside those that make it tiny
   */
  FaultCluster(
      Path folder,
      Network network,
      List<String> groups,
      Map<String, String> environment,
      List<String> sets)
      throws IOException {
    this.folder = Files.createDirectories(folder);
    this.network = network;
    this.environment = environment;
    this.sets = List.copyOf(sets);
    this.watch = new RunWatch(run());
    for (String group : groups) {
      ports.put(group, freePort());
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** The same run in other processes, at other ports; this one must be closed. */
  FaultCluster again(List<String> groups) throws IOException {
    return new FaultCluster(folder, network, groups, environment, sets);
  }

  Path run() {
    return folder.resolve("run");
  }

  RunWatch watch() {
    return watch;
  }

  /** The process of a group, or those that were started after it. */
  NodeProcess node(String group) {
    return nodes.get(group);
  }

  void startAll() throws IOException {
    for (String group : ports.keySet()) {
      start(group);
    }
  }

  void start(String group) throws IOException {
    Path configuration = folder.resolve("tiny.conf");
    Files.write(configuration, TinyRuns.sets(sets.toArray(String[]::new)));
    List<String> command = new ArrayList<>(network.prefix(group));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dai.djl.offline=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("node", "--roles", roles(group), "--run", run().toString()));
    command.addAll(List.of("--host", network.host(group), "--port", ports.get(group).toString()));
    command.addAll(List.of("--seed-nodes", seeds(), "--config", configuration.toString()));
    nodes.put(group, new NodeProcess(group, command, environment, said(group)));
  }

  /** A group's roles: its name, but for a mark that tells it from another of the same roles. */
  private static String roles(String group) {
    return group.replaceFirst("@.*", "");
  }

  private Path said(String group) {
    return folder.resolve(group + ".txt");
  }

  /** The first three: whichever is started again finds one of the others. */
  private String seeds() {
    return ports.entrySet().stream()
        .limit(3)
        .map(place -> network.host(place.getKey()) + ":" + place.getValue())
        .collect(Collectors.joining(","));
  }

  /** Waits until the run has trained that step. */
  void awaitStep(long step) throws Exception {
    await("step " + step, () -> watch.lastStep() >= step);
  }

  void await(String what, Condition condition) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.holds()) {
      if (System.nanoTime() > until) {
        throw new TimeoutException("waited for " + what + " in vain:\n" + told());
      }
      Optional<NodeProcess> failed = nodes.values().stream().filter(NodeProcess::failed).findAny();
      if (failed.isPresent()) {
        throw new IllegalStateException("a process failed before " + what + ":\n" + told());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Waits until all that are kept are over; gives the exit codes that are not 0, by group. */
  Map<String, Integer> end() throws InterruptedException {
    Map<String, Integer> codes = new LinkedHashMap<>();
    for (Map.Entry<String, NodeProcess> node : nodes.entrySet()) {
      int code = node.getValue().isKept() ? node.getValue().exit(PATIENCE_SECONDS) : 0;
      if (code != 0) {
        codes.put(node.getKey(), code);
      }
    }
    return codes;
  }

  /** What the processes have said, and what the logs say. */
  String told() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String group : nodes.keySet()) {
      String text = Files.readString(said(group));
      all.append("--- ").append(group).append('\n');
      all.append(text, Math.max(0, text.length() - SAID), text.length()).append('\n');
    }
    return all.append(watch.story()).toString();
  }

  /** What a group's processes have said. */
  String told(String group) throws IOException {
    return Files.readString(said(group));
  }

  @Override
  public void close() throws Exception {
    for (NodeProcess node : nodes.values()) {
      node.close();
    }
    network.close();
    keepLogs();
  }

  /** For whoever has to find out, of one that went wrong: the logs of all runs stay. */
  private void keepLogs() throws IOException {
    Path kept = Path.of("target", "faults", folder.getFileName().toString());
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path log : all.filter(file -> isLog(file.toString())).toList()) {
        Path copy = kept.resolve(folder.relativize(log).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(log, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static boolean isLog(String file) {
    return file.endsWith(".log") || file.endsWith(".txt") || file.endsWith("metrics.jsonl");
  }
}
