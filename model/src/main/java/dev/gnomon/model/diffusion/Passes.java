package dev.gnomon.model.diffusion;

/**
 * How often the network ran on images, one pass being one image under one condition.
 *
 * @param conditional under the condition that was asked for
 * @param unconditional under the null condition, for guidance
 * @param saved under the null condition, had there been guidance at every evaluation
 */
public record Passes(long conditional, long unconditional, long saved) {

  /** None. */
  public static final Passes NONE = new Passes(0, 0, 0);

  /** Both. */
  public Passes plus(Passes other) {
    return new Passes(
        conditional + other.conditional, unconditional + other.unconditional, saved + other.saved);
  }
}
