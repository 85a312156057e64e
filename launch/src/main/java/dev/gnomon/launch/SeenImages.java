package dev.gnomon.launch;

import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.data.ImageSetDigest;
import java.util.List;

/**
 * What a command has to know of a run's images, which it reads once before it starts: not they
 * themselves, which the loader holds.
 *
 * @param description in words
 * @param count how many there are
 * @param bytes of memory that they take
 * @param labelNames what their labels are called
 * @param digest which they are
 */
record SeenImages(
    String description, int count, long bytes, List<String> labelNames, String digest) {

  static SeenImages of(ImageSet images) {
    return new SeenImages(
        images.description(),
        images.count(),
        images.bytes(),
        images.labelNames(),
        ImageSetDigest.of(images));
  }
}
