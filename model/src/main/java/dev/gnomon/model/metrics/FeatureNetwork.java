package dev.gnomon.model.metrics;

/**
 * Turns images into the feature rows that Frechet and kernel distances are taken on.
 *
 * <p>An implementation that a configuration names has a public no-argument constructor. A network
 * is used by one thread at a time. The features of an image must not depend on the images it is
 * given with, so that a score does not depend on how the work was cut.
 */
public interface FeatureNetwork extends AutoCloseable {

  /**
   * What the Frechet distance on these features is called wherever it is printed, such as "FD
   * (seeded-conv)"; the kernel distance is then "KID (seeded-conv)".
   */
  String scoreName();

  /** Numbers in a feature row. */
  int dimensions();

  /**
   * Features [count, dimensions] of uint8 pixels [count, channels, size, size], both row-major.
   *
   * @throws IllegalArgumentException where the network can not take images of that shape
   */
  float[] features(byte[] pixels, int count, int channels, int size);

  @Override
  void close();
}
