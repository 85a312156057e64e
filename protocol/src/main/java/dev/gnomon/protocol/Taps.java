package dev.gnomon.protocol;

/**
 * Detached student features of one trained step.
 *
 * @param features tap of each image, [batch, width]
 * @param times time t of each image in [0, 1], 0 = noise, [batch]
 * @param labels label of each image, or -1, [batch]: for scores only
 * @param codes code each image trained under, [batch], for the histogram; empty in stage 1
 * @param checkpoint whether a checkpoint is cut after this step
 */
public record Taps(
    Lineage lineage,
    long step,
    float[] features,
    float[] times,
    int[] labels,
    int[] codes,
    boolean checkpoint)
    implements AssignerMessage {}
