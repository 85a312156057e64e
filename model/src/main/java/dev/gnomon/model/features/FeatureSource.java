package dev.gnomon.model.features;

import dev.gnomon.model.data.ImageBatch;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A network whose features are taken. */
public interface FeatureSource extends AutoCloseable {

  /** Its layers, in the order they are computed. */
  List<String> layers();

  /** Numbers in a feature, D. */
  int dimensions();

  /**
   * Features of images, mixed with noise to {@code noiseLevel} (0 = data, 1 = noise): of each layer
   * [B, D], by one forward pass for all of them, which ends at the deepest. The noise of an image
   * is a function of its id and the seed alone.
   */
  Map<String, float[]> features(ImageBatch images, double noiseLevel, Set<String> layers);

  @Override
  void close();
}
