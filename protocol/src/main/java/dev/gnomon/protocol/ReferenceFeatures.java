package dev.gnomon.protocol;

/**
 * A block of real images, seen by the same networks.
 *
 * @param step the checkpoint's step
 * @param features of each image, [count, dimensions]
 * @param pixels uint8 [count, C, size, size]
 * @param codes code the checkpoint gives each image; empty where the source has no codes
 * @param labels label of each image, or -1, [count]
 */
public record ReferenceFeatures(
    Lineage lineage,
    long step,
    long block,
    float[] features,
    byte[] pixels,
    int[] codes,
    int[] labels)
    implements ScorerMessage {}
