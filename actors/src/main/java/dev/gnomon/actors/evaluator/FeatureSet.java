package dev.gnomon.actors.evaluator;

import dev.gnomon.model.metrics.Moments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The features of a set of images as distances need them: the moments of all rows, and the first
 * rows themselves. Images come in random order, so the first are as good as any.
 */
final class FeatureSet {

  /** Rows that are kept at most: with the features of seeded-conv, 3.5 MiB. */
  static final int KEPT = 4096;

  private final int dimensions;
  private final Moments moments;
  private final List<float[]> kept = new ArrayList<>(); // each [n, D]
  private int rows;

  FeatureSet(int dimensions) {
    this.dimensions = dimensions;
    this.moments = new Moments(dimensions);
  }

  /** Adds rows [n, D]. */
  void add(float[] features) {
    moments.add(features);
    int taken = Math.min(features.length / dimensions, KEPT - rows);
    if (taken > 0) {
      kept.add(Arrays.copyOf(features, taken * dimensions));
      rows += taken;
    }
  }

  /** Moments of all rows. */
  Moments moments() {
    return moments;
  }

  /** The first rows, [at most 4096, D]. */
  float[] rows() {
    float[] all = new float[rows * dimensions];
    int at = 0;
    for (float[] block : kept) {
      System.arraycopy(block, 0, all, at, block.length);
      at += block.length;
    }
    return all;
  }
}
