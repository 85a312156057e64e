package dev.gnomon.model.features;

/** One feature for an image whose patches have a feature each. */
public final class PatchMeans {

  private PatchMeans() {}

  /**
   * Means over the patches of each image, [count, width].
   *
   * @param features [count, patches, width]
   */
  public static float[] of(float[] features, int patches, int width) {
    float[] means = new float[features.length / patches];
    for (int i = 0; i < features.length; i++) {
      int image = i / (patches * width);
      means[image * width + i % width] += features[i] / patches;
    }
    return means;
  }
}
