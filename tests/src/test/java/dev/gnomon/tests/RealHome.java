package dev.gnomon.tests;

import dev.gnomon.launch.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** An installation with the launchers and a {@code launch/gnomon} of the classes under test. */
final class RealHome implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 600;
  private static final List<String> SCRIPTS =
      List.of(
          "common.bash",
          "events.bash",
          "keep",
          "local-cluster",
          "ssh",
          "slurm/submit",
          "slurm/job");

  /** Something that becomes true. */
  interface Condition {
    boolean holds() throws Exception;
  }

  private final Path home;
  private final List<Process> started = new ArrayList<>();

  RealHome(Path folder, String... sets) throws IOException {
    home = Files.createDirectories(folder.resolve("home"));
    for (String script : SCRIPTS) {
      Path to = home.resolve("launch").resolve(script);
      Files.createDirectories(to.getParent());
      Files.copy(Path.of("../launch").resolve(script), to);
      executable(to);
    }
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    executable(
        Files.writeString(
            home.resolve("launch/gnomon"),
            "#!/bin/sh\nexec '%s' -Xmx700m -Dai.djl.offline=true -cp '%s' %s \"$@\"\n"
                .formatted(java, System.getProperty("java.class.path"), Main.class.getName())));
    Files.write(home.resolve("tiny.conf"), TinyRuns.sets(sets));
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Path path() {
    return home;
  }

  Path file(String name) {
    return home.resolve(name);
  }

  /** Starts a program in this installation; what it says goes into a file. */
  Process start(Path output, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  static int exit(Process process, Path output) throws Exception {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new TimeoutException("does not end:\n" + Files.readString(output));
    }
    return process.exitValue();
  }

  static void await(String what, Condition condition) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.holds()) {
      if (System.nanoTime() > until) {
        throw new TimeoutException("waited in vain for " + what);
      }
      Thread.sleep(20);
    }
  }

  /** Waits until the run has trained that step. */
  static void awaitStep(Path run, long step) throws Exception {
    await("step " + step, () -> lastStep(run) >= step);
  }

  private static long lastStep(Path run) throws IOException {
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

  /** A field of a node's state, such as keeper and node. */
  static String state(Path run, String node, String field) throws IOException {
    String state = Files.readString(run.resolve("nodes").resolve(node + ".state"));
    return state.replaceFirst("(?s).* " + field + "=(\\S+).*", "$1");
  }

  static void signal(String pid, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, pid).start().waitFor();
  }

  /** The nearest that is an executable file, or nothing. */
  static boolean has(String... programs) {
    return Stream.of(programs)
        .allMatch(
            program ->
                Stream.concat(
                        Stream.of(System.getenv("PATH").split(":")),
                        Stream.of("/usr/sbin", "/sbin"))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))));
  }

  /** Ends what was started here, the last first, and what those started. */
  @Override
  public void close() throws Exception {
    for (int i = started.size() - 1; i >= 0; i--) {
      started.get(i).descendants().forEach(ProcessHandle::destroy);
      started.get(i).destroy();
      started.get(i).waitFor(20, TimeUnit.SECONDS);
    }
    try (Stream<Path> files = Files.walk(home)) {
      for (Path state : files.filter(p -> p.toString().endsWith(".state")).toList()) {
        if (!Files.readString(state).startsWith("ended")) {
          Path run = state.getParent().getParent();
          String name = state.getFileName().toString().replaceFirst("\\.state$", "");
          for (String field : List.of("keeper", "node")) {
            if (state(run, name, field).matches("\\d+")) {
              signal(state(run, name, field), "KILL");
            }
          }
        }
      }
    }
  }
}
