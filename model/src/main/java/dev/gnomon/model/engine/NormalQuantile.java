package dev.gnomon.model.engine;

/**
 * The inverse of the standard normal distribution function at the midpoints of 2^32 equal cells.
 *
 * <p>Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied
 * Statistics 37 (1988), routine PPND16; relative error about 1e-16. Plain double arithmetic and
 * StrictMath only, so every machine gives the same bits. The routine's last branch is for
 * probabilities below exp(-25); the smallest here is 2^-33, so it is not needed.
 */
final class NormalQuantile {
  private static final double CELL = 0x1p-32;
  private static final double CENTRE = 0.425;
  private static final double CENTRE_SQUARED = 0.180625;
  private static final double TAIL_SHIFT = 1.6;

  private NormalQuantile() {}

  /** The normal deviate of probability (word + 0.5) / 2^32, the word taken as unsigned. */
  static double of(int word) {
    double probability = ((word & 0xFFFFFFFFL) + 0.5) * CELL;
    double q = probability - 0.5;
    if (Math.abs(q) <= CENTRE) {
      return centre(q, CENTRE_SQUARED - q * q);
    }
    double nearerTail = q < 0 ? probability : 1 - probability;
    double distance = tail(StrictMath.sqrt(-StrictMath.log(nearerTail)) - TAIL_SHIFT);
    return q < 0 ? -distance : distance;
  }

  private static double centre(double q, double r) {
    double numerator = 2.5090809287301226727e3;
    numerator = numerator * r + 3.3430575583588128105e4;
    numerator = numerator * r + 6.7265770927008700853e4;
    numerator = numerator * r + 4.5921953931549871457e4;
    numerator = numerator * r + 1.3731693765509461125e4;
    numerator = numerator * r + 1.9715909503065514427e3;
    numerator = numerator * r + 1.3314166789178437745e2;
    numerator = numerator * r + 3.3871328727963666080;
    double denominator = 5.2264952788528545610e3;
    denominator = denominator * r + 2.8729085735721942674e4;
    denominator = denominator * r + 3.9307895800092710610e4;
    denominator = denominator * r + 2.1213794301586595867e4;
    denominator = denominator * r + 5.3941960214247511077e3;
    denominator = denominator * r + 6.8718700749205790830e2;
    denominator = denominator * r + 4.2313330701600911252e1;
    denominator = denominator * r + 1;
    return q * numerator / denominator;
  }

  private static double tail(double r) {
    double numerator = 7.74545014278341407640e-4;
    numerator = numerator * r + 2.27238449892691845833e-2;
    numerator = numerator * r + 2.41780725177450611770e-1;
    numerator = numerator * r + 1.27045825245236838258;
    numerator = numerator * r + 3.64784832476320460504;
    numerator = numerator * r + 5.76949722146069140550;
    numerator = numerator * r + 4.63033784615654529590;
    numerator = numerator * r + 1.42343711074968357734;
    double denominator = 1.05075007164441684324e-9;
    denominator = denominator * r + 5.47593808499534494600e-4;
    denominator = denominator * r + 1.51986665636164571966e-2;
    denominator = denominator * r + 1.48103976427480074590e-1;
    denominator = denominator * r + 6.89767334985100004550e-1;
    denominator = denominator * r + 1.67638483018380384940;
    denominator = denominator * r + 2.05319162663775882187;
    denominator = denominator * r + 1;
    return numerator / denominator;
  }
}
