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
  private volatile Integer code; // null until the work has ended

  private StopSignal(Runnable stop, Duration patience) {
    hook =
        new Thread(
            () -> {
              System.err.println("\ngnomon: stopping in good order");
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
    StopSignal signal = new StopSignal(stop, patience);
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** Of work that may be cut off anywhere: only says so. */
  static StopSignal cutting(String said) {
    StopSignal signal = to(() -> System.err.println(said), Duration.ZERO);
    signal.ended(ExitCode.DONE);
    return signal;
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
