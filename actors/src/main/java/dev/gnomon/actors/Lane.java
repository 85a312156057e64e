package dev.gnomon.actors;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A thread of an actor's own for work that blocks, such as native calls and files. Pieces of work
 * run one at a time in the order they were given; the actor pipes their results to itself and goes
 * on answering.
 */
public final class Lane implements AutoCloseable {

  private static final Set<ExecutorService> ALIVE = ConcurrentHashMap.newKeySet();

  private final ExecutorService thread;

  /** A lane whose thread has that name. */
  public Lane(String name) {
    thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
    ALIVE.add(thread);
  }

  /** Waits until the lanes that are closed have done their last work; gives whether they have. */
  public static boolean awaitClosed(Duration longest) throws InterruptedException {
    long until = System.nanoTime() + longest.toNanos();
    for (ExecutorService lane : ALIVE) {
      if (lane.isShutdown()
          && !lane.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return false;
      }
      ALIVE.removeIf(ExecutorService::isTerminated);
    }
    return true;
  }

  /** Runs {@code work} after all that was given before; fails with what it throws. */
  public <T> CompletionStage<T> run(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      thread.execute(
          () -> {
            try {
              result.complete(work.call());
            } catch (Throwable failure) {
              result.completeExceptionally(failure);
            }
          });
    } catch (RejectedExecutionException closed) {
      result.completeExceptionally(new IllegalStateException("the lane is closed", closed));
    }
    return result;
  }

  /** Takes no more work; what was given still runs. Returns at once. */
  @Override
  public void close() {
    thread.shutdown();
    ALIVE.removeIf(ExecutorService::isTerminated);
  }
}
