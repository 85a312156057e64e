package dev.gnomon.model.training;

/**
 * What one step of the assigner gives.
 *
 * @param loss masked Sinkhorn-Knopp loss, before its ramp
 * @param ramp what the loss was weighted with
 * @param nmi agreement of recent codes with labels in [0, 1]; NaN without labels
 * @param effectivePrototypes exponential of the entropy of recent codes, 1 to K
 * @param codes the student's balanced code of each image, [B], or of each of its patches
 */
public record AssignerStep(
    long step, double loss, double ramp, double nmi, double effectivePrototypes, int[] codes) {}
