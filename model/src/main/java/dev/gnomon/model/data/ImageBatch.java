package dev.gnomon.model.data;

/**
 * Images as they are trained on: uint8 pixels [count, channels, size, size] in row-major order, the
 * id of each image in its set, and its label, or -1 where it has none.
 *
 * @param step the training step this batch belongs to, or the block of a reference set
 * @param codes code that each image was given before the run; empty where there are none
 */
public record ImageBatch(
    long step, int channels, int size, byte[] pixels, long[] ids, int[] labels, int[] codes) {

  public ImageBatch {
    if (pixels.length != ids.length * channels * size * size
        || labels.length != ids.length
        || (codes.length != 0 && codes.length != ids.length)) {
      throw new IllegalArgumentException(
          "batch %d: %d pixels, %d ids, %d labels and %d codes do not make images of %d x %d x %d"
              .formatted(
                  step,
                  pixels.length,
                  ids.length,
                  labels.length,
                  codes.length,
                  channels,
                  size,
                  size));
    }
  }

  /** Images without codes. */
  public ImageBatch(long step, int channels, int size, byte[] pixels, long[] ids, int[] labels) {
    this(step, channels, size, pixels, ids, labels, new int[0]);
  }

  /** The same images with their codes of a table by id; an empty one gives none. */
  ImageBatch coded(int[] table) {
    int[] own = new int[table.length == 0 ? 0 : ids.length];
    for (int i = 0; i < own.length; i++) {
      own[i] = table[(int) ids[i]];
    }
    return new ImageBatch(step, channels, size, pixels, ids, labels, own);
  }

  /** Those images of a set, as they are in it. */
  public static ImageBatch read(ImageSet images, long step, long[] ids) {
    int each = images.channels() * images.size() * images.size();
    byte[] pixels = new byte[ids.length * each];
    int[] labels = new int[ids.length];
    for (int row = 0; row < ids.length; row++) {
      images.read((int) ids[row], pixels, row * each);
      labels[row] = images.label((int) ids[row]);
    }
    return new ImageBatch(step, images.channels(), images.size(), pixels, ids, labels);
  }

  /** Number of images. */
  public int count() {
    return ids.length;
  }
}
