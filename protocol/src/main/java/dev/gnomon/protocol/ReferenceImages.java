package dev.gnomon.protocol;

/**
 * A block of real images.
 *
 * @param channels colour channels, C
 * @param size height and width in pixels
 * @param pixels uint8 [count, C, size, size], row-major
 * @param ids id of each image in its set, [count]
 * @param labels label of each image, or -1, [count]
 * @param codes code that each image was given before the run, [count]; empty where there are none
 */
public record ReferenceImages(
    Lineage lineage,
    long block,
    int channels,
    int size,
    byte[] pixels,
    long[] ids,
    int[] labels,
    int[] codes)
    implements EvaluatorMessage {
  public ReferenceImages {
    Images.check("reference block " + block, channels, size, pixels, ids, labels, codes);
  }
}
