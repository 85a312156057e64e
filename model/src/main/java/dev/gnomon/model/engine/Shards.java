package dev.gnomon.model.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The threads of a device, each at work on a shard of the batch of its own.
 *
 * <p>Operations of a network this small are short: where all cores share each of them, they wait
 * for each other a thousand times a step, and what is not an operation runs on one core alone. With
 * a shard of the batch for each core they meet once.
 *
 * <p>How a batch is cut depends on its size and the number of threads alone. One shard is worked on
 * by the calling thread itself.
 */
public final class Shards implements AutoCloseable {

  /** Images that a shard has at least: with fewer, products have too few rows to be fast. */
  private static final int LEAST = 8;

  private final ComputeDevice device;
  private ExecutorService workers; // null until it is needed

  /** Images {@code from} to {@code to}, exclusive, of a batch. */
  public record Shard(int from, int to) {

    public int count() {
      return to - from;
    }

    /** At most {@code most} pieces of at least an image, about equal, in order. */
    public List<Shard> cut(int most) {
      int pieces = Math.max(1, Math.min(most, count()));
      List<Shard> all = new ArrayList<>();
      for (int i = 0; i < pieces; i++) {
        int first = from + (int) ((long) count() * i / pieces);
        int end = from + (int) ((long) count() * (i + 1) / pieces);
        all.add(new Shard(first, end));
      }
      return all;
    }
  }

  /** What is done with a shard. */
  @FunctionalInterface
  public interface Work<T> {
    T on(Shard shard);
  }

  Shards(ComputeDevice device) {
    this.device = device;
  }

  /** The shards of a batch, in order. On a GPU there is one. */
  public List<Shard> of(int count) {
    return of(count, device.isCpu() ? device.threads() : 1);
  }

  /** The shards of a batch where {@code threads} work on shards of their own, in order. */
  public static List<Shard> of(int count, int threads) {
    return new Shard(0, count).cut(Math.min(threads, count / LEAST));
  }

  /**
   * Works on all shards side by side and gives the results in their order. It returns or throws
   * when no shard is being worked on any more, also where the calling thread is interrupted
   * meanwhile.
   */
  public <T> List<T> map(int count, Work<T> work) {
    List<Shard> all = of(count);
    if (all.size() == 1) {
      return List.of(work.on(all.get(0)));
    }
    int threads = Math.max(1, device.threads() / all.size());
    List<CompletableFuture<T>> results =
        all.stream()
            .map(
                shard ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          device.useThreads(threads);
                          return work.on(shard);
                        },
                        workers()))
            .toList();
    Throwable failure = null;
    List<T> values = new ArrayList<>();
    for (CompletableFuture<T> result : results) {
      try {
        values.add(result.join());
      } catch (CompletionException e) {
        failure = failure == null ? e.getCause() : failure;
      }
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    return values;
  }

  private synchronized ExecutorService workers() {
    if (workers == null) {
      workers =
          Executors.newFixedThreadPool(
              device.threads(),
              work -> {
                Thread thread = new Thread(work, device.name() + "-shard");
                thread.setDaemon(true);
                return thread;
              });
    }
    return workers;
  }

  @Override
  public synchronized void close() {
    if (workers != null) {
      workers.shutdown();
    }
  }
}
