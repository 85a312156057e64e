package dev.gnomon.model.diffusion;

/**
 * How images are made.
 *
 * @param guidance w of v = v_c + w (v_c - v_u); 0 = no guidance
 * @param ema the moving average's weights instead of the student's
 */
public record SamplingSettings(SolverSettings solver, double guidance, boolean ema) {}
