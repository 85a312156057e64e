package dev.gnomon.tests.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The processes of one place in a cluster, one after another: as the launchers do, it starts a new
 * one where the last was killed by a signal or ended with 71, after a pause, some times.
 */
final class NodeProcess implements AutoCloseable {

  private static final int ATTEMPTS = 8;
  private static final int START_ME_AGAIN = 71;
  private static final int SIGNALLED = 128; // and above, as a shell says it
  private static final long PAUSE_MILLIS = 1000;

  private final List<String> command;
  private final Map<String, String> environment;
  private final Path output;
  private final Thread keeper;
  private volatile Process process;
  private volatile boolean keeping = true;
  private volatile int restarts;
  private volatile int code = -1;

  NodeProcess(String name, List<String> command, Map<String, String> environment, Path output)
      throws IOException {
    this.command = command;
    this.environment = environment;
    this.output = output;
    process = begin();
    keeper = new Thread(this::keep, "keeper of " + name);
    keeper.setDaemon(true);
    keeper.start();
  }

  private Process begin() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private void keep() {
    try {
      while (true) {
        int ended = process.waitFor();
        boolean again = ended == START_ME_AGAIN || ended > SIGNALLED;
        if (!keeping || !again || restarts == ATTEMPTS) {
          code = ended;
          return;
        }
        restarts++;
        Thread.sleep(PAUSE_MILLIS);
        if (keeping) {
          process = begin();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends a signal to the process that runs now; with KILL it is gone at once. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  long pid() {
    return process.pid();
  }

  int restarts() {
    return restarts;
  }

  /** From now on nothing is started again. */
  void leaveDead() {
    keeping = false;
  }

  /** Whether it is to be up. */
  boolean isKept() {
    return keeping;
  }

  /** Whether it is over, and did not end well, and is not left dead. */
  boolean failed() {
    return keeping && !keeper.isAlive() && code != 0;
  }

  /** Waits until it is over; gives the last exit code, or -1 after that long. */
  int exit(long seconds) throws InterruptedException {
    keeper.join(TimeUnit.SECONDS.toMillis(seconds));
    return keeper.isAlive() ? -1 : code;
  }

  @Override
  public void close() throws InterruptedException {
    keeping = false;
    keeper.interrupt();
    process.destroyForcibly().waitFor();
  }
}
