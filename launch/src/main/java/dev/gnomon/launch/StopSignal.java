package dev.gnomon.launch;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks work to stop when this process is told to end (Ctrl-C, SIGTERM), and holds the end until the
 * work has closed this or the patience is over.
 */
final class StopSignal implements AutoCloseable {

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;

  private StopSignal(Runnable stop, Duration patience) {
    hook =
        new Thread(
            () -> {
              System.err.println("\ngnomon: stopping after a last checkpoint");
              stop.run();
              try {
                closed.await(patience.toMillis(), TimeUnit.MILLISECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "stop");
  }

  static StopSignal to(Runnable stop, Duration patience) {
    StopSignal signal = new StopSignal(stop, patience);
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
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
