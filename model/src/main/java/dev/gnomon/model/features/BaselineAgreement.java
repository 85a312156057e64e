package dev.gnomon.model.features;

import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.metrics.ClusterAgreement;

/**
 * NMI of labels with k-means on something that was not trained: what codes have to beat before they
 * say anything.
 */
public final class BaselineAgreement {

  private static final int RESTARTS = 5;
  private static final int ITERATIONS = 100;

  private BaselineAgreement() {}

  /** NMI of k-means on the mean of each channel of uint8 pixels [n, channels, size, size]. */
  public static double ofMeanColour(
      ComputeDevice device,
      byte[] pixels,
      int channels,
      int size,
      int[] labels,
      int clusters,
      long seed) {
    return ofRows(device, meanColours(pixels, channels, size), channels, labels, clusters, seed);
  }

  /**
   * NMI of k-means on rows [n, dimensions], for example an untrained network's features. Rows with
   * a negative label are clustered but not compared.
   */
  public static double ofRows(
      ComputeDevice device, float[] rows, int dimensions, int[] labels, int clusters, long seed) {
    KMeans kMeans = new KMeans(clusters, RESTARTS, ITERATIONS, seed);
    return ClusterAgreement.nmi(
        labels, kMeans.fit(device, Rows.of(rows, dimensions), iteration -> {}).codes());
  }

  private static float[] meanColours(byte[] pixels, int channels, int size) {
    int area = size * size;
    if (pixels.length % (channels * area) != 0) {
      throw new IllegalArgumentException(
          "%d bytes are not whole images of %d x %d x %d"
              .formatted(pixels.length, channels, size, size));
    }
    float[] colours = new float[pixels.length / area]; // [n, channels]
    for (int plane = 0; plane < colours.length; plane++) {
      long sum = 0;
      for (int i = plane * area; i < (plane + 1) * area; i++) {
        sum += pixels[i] & 0xff;
      }
      colours[plane] = (float) ((double) sum / area);
    }
    return colours;
  }
}
