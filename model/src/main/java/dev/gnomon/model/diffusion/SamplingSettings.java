package dev.gnomon.model.diffusion;

/**
 * How images are made.
 *
 * @param solver euler | dopri5
 * @param steps steps of euler; dopri5 chooses its own
 * @param guidance w of v = v_c + w (v_c - v_u); 0 = no guidance
 * @param ema the moving average's weights instead of the student's
 */
public record SamplingSettings(String solver, int steps, double guidance, boolean ema) {}
