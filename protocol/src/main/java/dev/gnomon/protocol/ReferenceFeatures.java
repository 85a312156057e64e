package dev.gnomon.protocol;

/**
 * A block of real images, seen by the same networks.
 *
 * @param step the checkpoint's step
 * @param features of each image, [count, dimensions]
 * @param pixels uint8 [count, C, size, size]
 * @param codes code the checkpoint gives each image, or it had before the run; empty where the
 *     source has none of images
 * @param labels label of each image, or -1, [count]
 * @param closeness score of its code for each image, [count]; empty where the checkpoint gives none
 * @param teacherFeatures those of the middle block, [count, width]; empty where they are not on the
 *     map
 */
public record ReferenceFeatures(
    Lineage lineage,
    long step,
    long block,
    float[] features,
    byte[] pixels,
    int[] codes,
    int[] labels,
    float[] closeness,
    float[] teacherFeatures)
    implements ScorerMessage {

  /** Images that are known by no more than a code each, or by none. */
  public ReferenceFeatures(
      Lineage lineage,
      long step,
      long block,
      float[] features,
      byte[] pixels,
      int[] codes,
      int[] labels) {
    this(lineage, step, block, features, pixels, codes, labels, new float[0], new float[0]);
  }
}
