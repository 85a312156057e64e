package dev.gnomon.model.training;

/**
 * Detached student features of one step.
 *
 * @param features tap of each image, [batch, width], or of its patches, [batch * patches, width]
 * @param times time t of each image in [0, 1], 0 = noise, [batch]
 * @param labels label of each image, or -1, [batch]: for scores only, never for training
 * @param codes code that each image, or each patch, trained under, as many as features, for the
 *     histogram; empty in stage 1
 */
public record Taps(long step, float[] features, float[] times, int[] labels, int[] codes) {}
