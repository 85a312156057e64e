package dev.gnomon.launch;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks work to stop when this process is told to end (Ctrl-C, SIGTERM), and holds the end until the
 * work has {@linkplain #ended ended} or the patience, which begins with that, is over. The process
 * then ends with the work's exit code: it did as it was told, so a signal is no failure.
 */
final class StopSignal implements AutoCloseable {

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;
  private final Runnable stop;
  private volatile boolean told;
  private volatile Integer code; // null until the work has ended

  private StopSignal(String said, Runnable stop, Duration patience) {
    this.stop = stop;
    hook =
        new Thread(
            () -> {
              if (!said.isEmpty()) {
                System.err.println("\ngnomon: " + said);
              }
              told = true;
              long until = System.nanoTime() + patience.toNanos();
              stop.run();
              try {
                closed.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              if (code != null) {
                System.out.flush();
                Runtime.getRuntime().halt(code); // else it would be 128 and the signal's number
              }
            },
            "stop");
  }

  static StopSignal to(Runnable stop, Duration patience) {
    return begun(new StopSignal("stopping in good order", stop, patience));
  }

  /**
   * Around work that has signals of its own: holds the end until that is through, and says nothing.
   */
  static StopSignal holding(Duration patience) {
    return begun(new StopSignal("", () -> {}, patience));
  }

  /** Of work that may be cut off anywhere, and is begun anew: says so, and waits for nothing. */
  static StopSignal cutting(String said) {
    StopSignal signal = new StopSignal(said, () -> {}, Duration.ZERO);
    signal.code = ExitCode.DONE;
    return begun(signal);
  }

  private static StopSignal begun(StopSignal signal) {
    try {
      Runtime.getRuntime().addShutdownHook(signal.hook);
    } catch (IllegalStateException toldBefore) { // another signal holds the end
      signal.told = true;
      signal.stop.run();
    }
    return signal;
  }

  /** Whether the process was told to end. */
  boolean told() {
    return told;
  }

  /** The work has ended, and all that was to be said was said; gives the exit code back. */
  int ended(int exitCode) {
    code = exitCode;
    return exitCode;
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      // The hook runs, and ends now.
    }
  }
}
