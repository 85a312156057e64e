package dev.gnomon.model.diffusion;

/**
 * Spherical interpolation (Shoemake, 1985) of noises, as DDIM interpolates them (Song et al., 2021,
 * appendix D.5): sin((1 - a) theta) / sin theta x + sin(a theta) / sin theta y, theta being the
 * angle between x and y. A point between two normal draws so has their length; on the straight line
 * it would be shorter than any noise that the network has seen.
 */
public final class Slerp {

  private static final double PARALLEL = 1e-6; // sin theta, below which the line is as good

  private Slerp() {}

  /** The point at {@code share} of the way, in [0, 1], from one noise to the other. */
  public static float[] between(float[] from, float[] to, double share) {
    double product = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < from.length; i++) {
      product += (double) from[i] * to[i];
      first += (double) from[i] * from[i];
      second += (double) to[i] * to[i];
    }
    double cosine = product / Math.sqrt(first * second);
    double angle = StrictMath.acos(Math.max(-1, Math.min(1, cosine)));
    double sine = StrictMath.sin(angle);
    boolean line = !(sine > PARALLEL);
    double a = line ? 1 - share : StrictMath.sin((1 - share) * angle) / sine;
    double b = line ? share : StrictMath.sin(share * angle) / sine;
    float[] between = new float[from.length];
    for (int i = 0; i < between.length; i++) {
      between[i] = (float) (a * from[i] + b * to[i]);
    }
    return between;
  }
}
