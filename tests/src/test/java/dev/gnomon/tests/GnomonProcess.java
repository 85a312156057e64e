package dev.gnomon.tests;

import dev.gnomon.launch.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A tiny run, or a node of it, in a process of its own; what it says goes into a file. */
final class GnomonProcess implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 600;

  private final Process process;
  private final Path run;
  private final Path output;

  private GnomonProcess(Process process, Path run, Path output) {
    this.process = process;
    this.run = run;
    this.output = output;
  }

  /** Starts, or goes on with, the run in {@code run}. */
  static GnomonProcess train(Path run, Path output, String... sets) throws IOException {
    return start("", run, output, List.of("train", "--resume", "auto"), sets);
  }

  /** Starts a node of the run in {@code run}. */
  static GnomonProcess node(Path run, Path output, String roles, int port, int seed, String... sets)
      throws IOException {
    return node(run, output, roles, port, List.of(seed), sets);
  }

  /** Starts a node of a run, whose folder on that node is {@code run}. */
  static GnomonProcess node(
      Path run, Path output, String roles, int port, List<Integer> seeds, String... sets)
      throws IOException {
    return node("", run, output, roles, port, seeds, sets);
  }

  /** As {@link #node(Path, Path, String, int, List, String...)}, with a jar of one's own. */
  static GnomonProcess node(
      String jar,
      Path run,
      Path output,
      String roles,
      int port,
      List<Integer> seeds,
      String... sets)
      throws IOException {
    String joined = seeds.stream().map(s -> "127.0.0.1:" + s).collect(Collectors.joining(","));
    return start(
        jar,
        run,
        output,
        List.of("node", "--roles", roles, "--port", "" + port, "--seed-nodes", joined),
        sets);
  }

  private static GnomonProcess start(
      String jar, Path run, Path output, List<String> arguments, String... sets)
      throws IOException {
    List<String> command = new ArrayList<>(arguments);
    command.addAll(List.of("--run", run.toString()));
    Path configuration = output.resolveSibling("tiny.conf"); // without one it is a preset's
    Files.write(configuration, TinyRuns.sets());
    command.addAll(List.of("--config", configuration.toString()));
    for (String set : sets) {
      command.addAll(List.of("--set", set));
    }
    return start(jar, run, output, command);
  }

  /** Starts a command that works in {@code folder}. */
  static GnomonProcess start(Path folder, Path output, List<String> arguments) throws IOException {
    return start("", folder, output, arguments);
  }

  private static GnomonProcess start(String jar, Path folder, Path output, List<String> arguments)
      throws IOException {
    String classPath = System.getProperty("java.class.path");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Dai.djl.offline=true");
    classPath = jar.isEmpty() ? classPath : classPath + File.pathSeparator + jar;
    command.addAll(List.of("-cp", classPath, Main.class.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start();
    return new GnomonProcess(process, folder, output);
  }

  /** Waits until {@code condition} holds, or the process is over. */
  void await(String what, Condition condition) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (process.isAlive() && !condition.holds()) {
      if (System.nanoTime() > until) {
        throw new TimeoutException("waited for " + what + " in vain:\n" + told());
      }
      process.waitFor(5, TimeUnit.MILLISECONDS);
    }
  }

  /** Something that becomes true. */
  interface Condition {
    boolean holds() throws Exception;
  }

  /** Waits until the run has trained that step, or is over. */
  void awaitStep(long step) throws Exception {
    await("step " + step, () -> lastStep() >= step);
  }

  private long lastStep() throws IOException {
    Path metrics = run.resolve("metrics.jsonl");
    if (!Files.exists(metrics)) {
      return -1;
    }
    try (Stream<String> lines = Files.lines(metrics)) {
      return lines
          .filter(line -> line.startsWith("{\"step\":") && line.contains("\"loss\""))
          .mapToLong(line -> Long.parseLong(line.replaceFirst("\\D*(\\d+).*", "$1")))
          .max()
          .orElse(-1);
    }
  }

  /** Waits for the end; gives the exit code. */
  int exit() throws Exception {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new TimeoutException("the run does not end:\n" + told());
    }
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a signal, such as STOP or CONT. */
  void signal(String name) throws Exception {
    int sent =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (sent != 0) {
      throw new IllegalStateException("SIG" + name + " was not sent");
    }
  }

  /** What it has said so far. */
  String told() throws IOException {
    return Files.readString(output);
  }

  /** Kills it, without warning. */
  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
