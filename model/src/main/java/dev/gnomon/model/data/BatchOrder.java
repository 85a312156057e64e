package dev.gnomon.model.data;

import dev.gnomon.model.engine.Noise;
import java.util.Arrays;

/**
 * Which images make batch k: a pure function of (seed, k). Each epoch is a permutation of the set
 * of its own, epochs follow each other without a gap, and batch k is positions [k B, (k + 1) B) of
 * that endless row. So every image comes once an epoch and none is left out, whatever B is.
 * Thread-safe.
 */
public final class BatchOrder {

  private final long seed;
  private final int images;
  private final int batchSize;
  private Epoch current = new Epoch(-1, new int[0]);
  private Epoch before = current;

  private record Epoch(long number, int[] order) {}

  /**
   * @param images number of images in the set
   * @param batchSize images a batch; may exceed the set
   */
  public BatchOrder(long seed, int images, int batchSize) {
    if (images < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "batches of %d from %d images: expected at least 1 of each".formatted(batchSize, images));
    }
    this.seed = seed;
    this.images = images;
    this.batchSize = batchSize;
  }

  /** Ids of the images of batch {@code step}, in order. */
  public long[] ids(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("batch " + step + ": steps count from 0");
    }
    long position = Math.multiplyExact(step, (long) batchSize);
    long[] ids = new long[batchSize];
    for (int row = 0; row < batchSize; ) {
      int[] order = epoch((position + row) / images);
      int within = (int) ((position + row) % images);
      int end = Math.min(images, within + batchSize - row);
      while (within < end) {
        ids[row++] = order[within++];
      }
    }
    return ids;
  }

  /** The two epochs read last are kept: readers ahead of and behind a boundary share them. */
  private synchronized int[] epoch(long number) {
    if (before.number() == number) {
      Epoch swapped = before;
      before = current;
      current = swapped;
    } else if (current.number() != number) {
      before = current;
      current = new Epoch(number, permutation(seed, Noise.Purpose.SHUFFLE, number, images));
    }
    return current.order();
  }

  /** Ids of {@code wanted} of a set's {@code images} images, drawn by the seed, ascending. */
  public static long[] selection(long seed, int images, int wanted) {
    return Arrays.stream(permutation(seed, Noise.Purpose.SELECTION, 0, images))
        .limit(wanted)
        .sorted()
        .asLongStream()
        .toArray();
  }

  /**
   * Numbers 0 to {@code count} in an order drawn by Fisher and Yates' method; each choice among n
   * is off by at most n / 2^32 from even.
   */
  static int[] permutation(long seed, Noise.Purpose purpose, long step, int count) {
    int[] words = Noise.words(seed, purpose, step, count);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = (int) (Integer.toUnsignedLong(words[i]) * (i + 1) >>> 32);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
