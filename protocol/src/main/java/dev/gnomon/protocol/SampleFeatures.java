package dev.gnomon.protocol;

/**
 * A block of generated images.
 *
 * @param step the checkpoint's step
 * @param features of each image, [count, dimensions]
 * @param pixels uint8 [count, C, size, size]
 * @param codes code each image was generated from, or -1, [count]
 */
public record SampleFeatures(
    Lineage lineage,
    long step,
    long block,
    float[] features,
    byte[] pixels,
    int[] codes,
    int networkEvaluations)
    implements ScorerMessage {}
