package dev.gnomon.protocol;

/**
 * Detached student features of one trained step; of one that trains nothing, all empty.
 *
 * @param features tap of each image, [batch, width], or of its patches, [batch * patches, width]
 * @param times time t of each image in [0, 1], 0 = noise, [batch]
 * @param labels label of each image, or -1, [batch]: for scores only
 * @param codes code that each image, or each patch, trained under, as many as features, for the
 *     histogram; empty in stage 1
 * @param images id of each image, [batch]
 * @param checkpoint whether a checkpoint is cut after this step
 */
public record Taps(
    Lineage lineage,
    long step,
    float[] features,
    float[] times,
    int[] labels,
    int[] codes,
    long[] images,
    boolean checkpoint)
    implements AssignerMessage {

  /** Those of a step that trains nothing. */
  public static Taps none(Lineage lineage, long step, boolean checkpoint) {
    return new Taps(
        lineage, step, new float[0], new float[0], new int[0], new int[0], new long[0], checkpoint);
  }

  /** The same, with a checkpoint after this step. */
  public Taps marked() {
    return new Taps(lineage, step, features, times, labels, codes, images, true);
  }
}
