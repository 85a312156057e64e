package dev.gnomon.protocol;

/**
 * The images of one step.
 *
 * @param channels colour channels, C
 * @param size height and width in pixels
 * @param pixels uint8 [count, C, size, size], row-major
 * @param ids id of each image in its set, [count]
 * @param labels label of each image, or -1, [count]
 * @param codes code that each image was given before the run, [count]; empty where there are none
 */
public record Batch(
    Lineage lineage,
    long step,
    int channels,
    int size,
    byte[] pixels,
    long[] ids,
    int[] labels,
    int[] codes)
    implements TrainerMessage, TeacherMessage {
  public Batch {
    Images.check("batch " + step, channels, size, pixels, ids, labels, codes);
  }

  /** Images without codes. */
  public Batch(
      Lineage lineage, long step, int channels, int size, byte[] pixels, long[] ids, int[] labels) {
    this(lineage, step, channels, size, pixels, ids, labels, new int[0]);
  }
}
