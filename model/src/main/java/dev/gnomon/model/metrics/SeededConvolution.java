package dev.gnomon.model.metrics;

import java.util.List;

/**
 * The built-in feature network: four stages of 3 x 3 convolution with fixed filters drawn from a
 * seed, each but the last followed by 2 x 2 mean pooling; the features are the mean and the
 * standard deviation over the image of each channel of each stage.
 *
 * <p>It was trained on nothing and needs no download. Distances on its features rank sets of images
 * by colour, texture and local shape; they are no FID and compare with nothing but each other. It
 * takes images of 1 or 3 channels (grey counts as equal channels) of 8 to 256 pixels. Plain Java:
 * the features of an image are the same bits on every machine and in every batch.
 */
public final class SeededConvolution implements FeatureNetwork {

  private static final long SEED = 2312_08825L;
  private static final int[] WIDTHS = {16, 24, 32, 40};
  private static final int SMALLEST = 8;
  private static final int LARGEST = 256;

  /** Numbers in a channel of the first stage that still stay in a core's own cache. */
  private static final int GROUP = 8192;

  private final List<ConvolutionStage> stages;
  private final int dimensions;

  /** The network; every instance has the same filters. */
  public SeededConvolution() {
    stages =
        List.of(
            ConvolutionStage.first(SEED, 3, WIDTHS[0]),
            ConvolutionStage.later(SEED, 1, WIDTHS[0], WIDTHS[1]),
            ConvolutionStage.later(SEED, 2, WIDTHS[1], WIDTHS[2]),
            ConvolutionStage.later(SEED, 3, WIDTHS[2], WIDTHS[3]));
    dimensions = stages.stream().mapToInt(stage -> 2 * stage.out()).sum();
  }

  @Override
  public String scoreName() {
    return "FD (seeded-conv)";
  }

  @Override
  public int dimensions() {
    return dimensions;
  }

  @Override
  public float[] features(byte[] pixels, int count, int channels, int size) {
    if (channels != 1 && channels != 3 || size < SMALLEST || size > LARGEST) {
      throw new IllegalArgumentException(
          "%s takes images of 1 or 3 channels and %d to %d pixels, not %d x %d x %d"
                  .formatted(scoreName(), SMALLEST, LARGEST, channels, size, size)
              + "; choose another size or another feature network");
    }
    if (pixels.length != (long) count * channels * size * size) {
      throw new IllegalArgumentException(
          "%d bytes are not %d images of %d x %d x %d"
              .formatted(pixels.length, count, channels, size, size));
    }
    float[] features = new float[count * dimensions];
    int group = Math.max(1, GROUP / PaddedPlanes.plane(size));
    for (int first = 0; first < count; first += group) {
      int images = Math.min(group, count - first);
      describe(PaddedPlanes.of(pixels, first, images, channels, size), features, first);
    }
    return features;
  }

  private void describe(PaddedPlanes planes, float[] features, int first) {
    int images = planes.images();
    int at = 0;
    for (int s = 0; s < stages.size(); s++) {
      ConvolutionStage stage = stages.get(s);
      PaddedPlanes input = s == 0 ? planes : planes.halved();
      planes = (s == 0 && input.channels() == 1 ? stage.grey() : stage).apply(input);
      for (int image = 0; image < images; image++) {
        planes.summarize(image, features, (first + image) * dimensions + at);
      }
      at += 2 * stage.out();
    }
  }

  @Override
  public void close() {
    // holds plain arrays only
  }
}
