package dev.gnomon.model.data;

import java.util.List;

/**
 * An image set held in memory as uint8, one array [channels, size, size] an image.
 *
 * @param labels label of each image, or -1
 */
record StoredImages(
    String description,
    int channels,
    int size,
    List<String> labelNames,
    int[] labels,
    byte[][] pixels)
    implements ImageSet {

  /**
   * Fails early, with the remedy, where {@code count} images would not leave the heap room to work.
   */
  static void requireRoom(String what, long count, int channels, int size) {
    long bytes = bytes(count, channels, size);
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap / 10 * 8) {
      throw new DataException(
          ("%s: %d images of %d x %d x %d take %d MiB and the heap is %d MiB: give Java more"
                  + " memory (-Xmx) or choose a smaller image size")
              .formatted(what, count, channels, size, size, bytes >> 20, heap >> 20));
    }
  }

  /** Pixels, and an array's header and a reference for each image. */
  private static long bytes(long count, int channels, int size) {
    return count * ((long) channels * size * size + 24);
  }

  @Override
  public long bytes() {
    return bytes(count(), channels, size);
  }

  @Override
  public int count() {
    return pixels.length;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void read(int index, byte[] into, int offset) {
    System.arraycopy(pixels[index], 0, into, offset, pixels[index].length);
  }
}
