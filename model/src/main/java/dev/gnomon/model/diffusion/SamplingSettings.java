package dev.gnomon.model.diffusion;

/**
 * How images are made.
 *
 * @param ema the moving average's weights instead of the student's
 */
public record SamplingSettings(SolverSettings solver, Guidance guidance, boolean ema) {}
