package dev.gnomon.launch.scripts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * An installation, in a folder with a space in its name, that has the real launchers and a command
 * in place of {@code launch/gnomon} that does as it is told: see src/test/resources/scripts/gnomon.
 */
final class ScriptHome implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 60;
  private static final Path STAND_INS = Path.of("src/test/resources/scripts");

  // A process that is being started has for a moment what this one has open. A script that another
  // thread writes meanwhile could not be run then: "text file busy".
  private static final Object ONE_AT_A_TIME = new Object();

  /** What a script said, and its exit code. */
  record Ended(int code, String output) {}

  /** A script that runs. */
  final class Running {
    private final Process process;
    private final Path output;

    private Running(Process process, Path output) {
      this.process = process;
      this.output = output;
    }

    Running signal(String name) throws Exception {
      ScriptHome.signal(process.pid(), name);
      return this;
    }

    /** What it has started first, and then itself. */
    Running signalAll(String name) throws Exception {
      List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
      all.add(process.toHandle());
      List<String> command = new ArrayList<>(List.of("kill", "-" + name));
      all.forEach(one -> command.add(Long.toString(one.pid())));
      ScriptHome.start(new ProcessBuilder(command)).waitFor();
      return this;
    }

    Running awaitOutput(String words) throws Exception {
      await(words, () -> told().contains(words));
      return this;
    }

    boolean isAlive() {
      return process.isAlive();
    }

    String told() {
      return read(output);
    }

    Ended end() throws Exception {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new TimeoutException("does not end:\n" + told());
      }
      return new Ended(process.exitValue(), told());
    }
  }

  private final Path home;
  private final List<Process> started = new ArrayList<>();
  private final List<String> environment = new ArrayList<>();

  ScriptHome(Path folder) throws IOException {
    home = folder.resolve("a home");
    for (String script : scripts()) {
      install(Path.of(script), home.resolve("launch").resolve(script));
    }
    install(STAND_INS.resolve("gnomon"), home.resolve("launch/gnomon"));
    Files.createDirectories(home.resolve("acts"));
  }

  /** All scripts of this module but launch/gnomon. */
  static List<String> scripts() throws IOException {
    try (Stream<Path> files = Files.find(Path.of("."), 2, (file, is) -> is.isRegularFile())) {
      return files
          .map(file -> Path.of(".").relativize(file).toString())
          .filter(name -> name.matches("(slurm/)?[a-z-]+(\\.bash)?") && !name.equals("gnomon"))
          .sorted()
          .toList();
    }
  }

  /** Whether this process ignores SIGHUP, and so all that it starts. */
  static boolean hangupIsIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Character.digit(line.charAt(line.length() - 1), 16) & 1) == 1);
  }

  private static void install(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    synchronized (ONE_AT_A_TIME) {
      Files.copy(from, to);
    }
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Process start(ProcessBuilder process) throws IOException {
    synchronized (ONE_AT_A_TIME) {
      return process.start();
    }
  }

  /** Has programs of src/test/resources/scripts/bin run in the place of those of that name. */
  ScriptHome with(String... programs) throws IOException {
    for (String program : programs) {
      install(STAND_INS.resolve("bin").resolve(program), home.resolve("bin").resolve(program));
    }
    return this;
  }

  /** Sets a variable of the environment. */
  ScriptHome with(Map<String, String> variables) {
    variables.forEach((name, value) -> environment.add(name + "=" + value));
    return this;
  }

  /** What the node of those roles does when it is started, once after another. */
  void acts(String roles, String... acts) throws IOException {
    Files.write(home.resolve("acts").resolve(roles), List.of(acts));
  }

  Path path() {
    return home;
  }

  Path file(String name) {
    return home.resolve(name);
  }

  /** Lines of a file that the stand-ins write, such as started and told. */
  List<String> lines(String name) {
    return read(home.resolve(name)).lines().toList();
  }

  Running start(String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("env"));
    command.add("PATH=" + home.resolve("bin") + ":" + System.getenv("PATH"));
    command.addAll(environment);
    command.add("launch/" + script);
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(home, "said", ".txt");
    Process process =
        start(
            new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile()));
    started.add(process);
    return new Running(process, output);
  }

  Ended run(String script, String... arguments) throws Exception {
    return start(script, arguments).end();
  }

  /** Waits until so many nodes have been started. */
  void awaitStarts(int starts) throws Exception {
    try {
      await("starts", () -> lines("started").size() >= starts);
    } catch (TimeoutException vain) {
      throw new TimeoutException(vain.getMessage() + "\n" + said());
    }
  }

  /** What everybody here has said so far. */
  private String said() throws IOException {
    StringBuilder said = new StringBuilder();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file :
          files.filter(f -> f.toString().matches(".*(txt|log|state|started)")).toList()) {
        said.append(home.relativize(file)).append(":\n").append(read(file)).append('\n');
      }
    }
    return said.toString();
  }

  static void await(String what, BooleanSupplier condition) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new TimeoutException("waited in vain for " + what);
      }
      Thread.sleep(20);
    }
  }

  static void signal(long pid, String name) throws Exception {
    start(new ProcessBuilder("kill", "-" + name, Long.toString(pid))).waitFor();
  }

  /** A field of a node's state, such as keeper and node. */
  String state(String run, String node, String field) {
    String state = read(home.resolve(run).resolve("nodes").resolve(node + ".state"));
    return state.replaceFirst("(?s).* " + field + "=(\\S+).*", "$1");
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills what was started, and what that started. */
  @Override
  public void close() throws Exception {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    try (Stream<Path> files = Files.walk(home)) {
      for (Path state : files.filter(p -> p.toString().endsWith(".state")).toList()) {
        String words = read(state);
        for (String field : List.of("keeper", "node")) {
          String pid = words.replaceFirst("(?s).* " + field + "=(\\S+).*", "$1");
          if (!words.startsWith("ended") && pid.matches("\\d+")) {
            signal(Long.parseLong(pid), "KILL");
          }
        }
      }
    }
  }
}
