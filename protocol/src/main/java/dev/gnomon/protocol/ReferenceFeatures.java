package dev.gnomon.protocol;

/**
 * A block of real images, seen by the same networks.
 *
 * @param step the checkpoint's step
 * @param features of each image, [count, dimensions]
 * @param pixels uint8 [count, C, size, size]
 * @param codes code the checkpoint gives each image; empty where the source has no codes
 * @param labels label of each image, or -1, [count]
 * @param closeness score of its code for each image, [count]; empty where there are no codes
 * @param teacherFeatures what the codes come from, [count, width]; empty where there are no codes
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
