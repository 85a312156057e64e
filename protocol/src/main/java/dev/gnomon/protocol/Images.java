package dev.gnomon.protocol;

/** What makes pixels, ids, labels and codes belong together. */
final class Images {

  private Images() {}

  static void check(
      String what, int channels, int size, byte[] pixels, long[] ids, int[] labels, int[] codes) {
    if (channels < 1 || size < 1) {
      throw new IllegalArgumentException(
          "%s: images of %d x %d x %d do not exist".formatted(what, channels, size, size));
    }
    long perImage = Math.multiplyExact((long) channels, Math.multiplyExact((long) size, size));
    if (labels.length != ids.length
        || pixels.length % perImage != 0
        || pixels.length / perImage != ids.length) {
      throw new IllegalArgumentException(
          "%s: %d pixels, %d ids and %d labels do not make images of %d x %d x %d"
              .formatted(what, pixels.length, ids.length, labels.length, channels, size, size));
    }
    if (codes.length != 0 && codes.length != ids.length) {
      throw new IllegalArgumentException(
          "%s: %d codes for %d images".formatted(what, codes.length, ids.length));
    }
  }
}
