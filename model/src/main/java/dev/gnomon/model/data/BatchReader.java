package dev.gnomon.model.data;

import dev.gnomon.model.engine.Noise;

/**
 * Reads batches of an image set: batch k is the images that {@link BatchOrder} names, each mirrored
 * left to right with probability 1/2 where flipping is on; a pure function of (seed, k).
 * Thread-safe.
 */
public final class BatchReader {

  /** Images in a reference block; the set's last block may hold fewer. */
  public static final int REFERENCE_BLOCK = 64;

  private final ImageSet images;
  private final BatchOrder order;
  private final long seed;
  private final boolean flip;
  private final int[] reference;
  private final int[] codes;

  public BatchReader(ImageSet images, BatchOrder order, long seed, boolean flip) {
    this(images, order, seed, flip, new int[0]);
  }

  /**
   * A reader that gives each image its code.
   *
   * @param codes of the images, by id; empty for none
   */
  public BatchReader(ImageSet images, BatchOrder order, long seed, boolean flip, int[] codes) {
    this.codes = codes.clone();
    this.images = images;
    this.order = order;
    this.seed = seed;
    this.flip = flip;
    this.reference = BatchOrder.permutation(seed, Noise.Purpose.REFERENCE, 0, images.count());
  }

  /** The batch of training step {@code step}. */
  public ImageBatch batch(long step) {
    ImageBatch batch = ImageBatch.read(images, step, order.ids(step)).coded(codes);
    if (flip) {
      int[] words = Noise.words(seed, Noise.Purpose.FLIP, step, batch.count());
      for (int row = 0; row < batch.count(); row++) {
        if (words[row] < 0) { // the upper bit
          mirror(batch.pixels(), row * images.channels() * images.size());
        }
      }
    }
    return batch;
  }

  /**
   * Block {@code block} of the images that scores compare with, as they are in the set: a fixed
   * selection of it in an order that the seed draws.
   */
  public ImageBatch reference(long block) {
    long from = Math.multiplyExact(block, (long) REFERENCE_BLOCK);
    if (block < 0 || from >= reference.length) {
      throw new IllegalArgumentException(
          "reference block %d: the %d images of the set make blocks 0 to %d"
              .formatted(block, reference.length, (reference.length - 1) / REFERENCE_BLOCK));
    }
    long[] ids = new long[Math.min(REFERENCE_BLOCK, reference.length - (int) from)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = reference[(int) from + i];
    }
    return ImageBatch.read(images, block, ids).coded(codes);
  }

  /** Images in the whole blocks that hold {@code wanted}, or in the set where it has fewer. */
  public int referenceCount(int wanted) {
    long blocks = (wanted + REFERENCE_BLOCK - 1L) / REFERENCE_BLOCK;
    return (int) Math.min(reference.length, blocks * REFERENCE_BLOCK);
  }

  /** Mirrors one image, whose first line of pixels is number {@code firstLine}. */
  private void mirror(byte[] pixels, int firstLine) {
    int size = images.size();
    for (int line = firstLine; line < firstLine + images.channels() * size; line++) {
      for (int a = line * size, b = a + size - 1; a < b; a++, b--) {
        byte kept = pixels[a];
        pixels[a] = pixels[b];
        pixels[b] = kept;
      }
    }
  }
}
