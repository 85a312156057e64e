package dev.gnomon.actors.stage;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands before each piece of made-up work: lets it pass, holds it back, or makes it fail; and
 * counts what was opened and not closed.
 */
public final class Gate {

  private final AtomicInteger open = new AtomicInteger();
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
  private volatile Optional<Semaphore> held = Optional.empty();

  /** A gate that lets everything pass. */
  public static Gate open() {
    return new Gate();
  }

  /** From now on each piece of work waits for a {@link #release()}. */
  public void hold() {
    held = Optional.of(new Semaphore(0));
  }

  /** Lets one held piece of work pass. */
  public void release() {
    held.orElseThrow().release();
  }

  /** The next piece of work fails with this. */
  public void failNext(RuntimeException with) {
    failure.set(with);
  }

  /** Whether all that was opened is closed, after waiting a while for it. */
  public boolean awaitClosed() {
    long until = System.nanoTime() + 5_000_000_000L;
    while (open.get() != 0 && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    return open.get() == 0;
  }

  void opened() {
    open.incrementAndGet();
  }

  void closed() {
    open.decrementAndGet();
  }

  void pass() {
    held.ifPresent(Semaphore::acquireUninterruptibly);
    RuntimeException fails = failure.getAndSet(null);
    if (fails != null) {
      throw fails;
    }
  }
}
