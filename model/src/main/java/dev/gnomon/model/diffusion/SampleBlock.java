package dev.gnomon.model.diffusion;

/**
 * One block of samples.
 *
 * @param pixels uint8 [count, channels, size, size]
 * @param codes the codes each was drawn under, or -1, [count * codes of an image]
 * @param networkEvaluations evaluations of the velocity (NFE), a guided one counted once
 * @param passes what they took, image by image
 */
public record SampleBlock(byte[] pixels, int[] codes, int networkEvaluations, Passes passes) {}
