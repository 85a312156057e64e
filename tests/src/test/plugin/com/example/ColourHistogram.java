package com.example;

import dev.gnomon.model.metrics.FeatureNetwork;

/** Tells images apart by how often each of eight shades of red, green and blue is in them. */
public final class ColourHistogram implements FeatureNetwork {

  private static final int SHADES = 8;
  private static final int CHANNELS = 3;

  @Override
  public String scoreName() {
    return "FD (colour-histogram)";
  }

  @Override
  public int dimensions() {
    return CHANNELS * SHADES;
  }

  @Override
  public float[] features(byte[] pixels, int count, int channels, int size) {
    if (channels != CHANNELS) {
      throw new IllegalArgumentException(
          "colour histograms are of images with 3 channels, these have " + channels);
    }
    float[] shares = new float[count * dimensions()]; // [count, CHANNELS, SHADES]
    int plane = size * size;
    for (int i = 0; i < pixels.length; i++) {
      int shade = (pixels[i] & 0xff) * SHADES / 256;
      shares[i / plane * SHADES + shade] += 1f / plane;
    }
    return shares;
  }

  @Override
  public void close() {}
}
