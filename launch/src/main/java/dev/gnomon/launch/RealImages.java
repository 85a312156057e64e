package dev.gnomon.launch;

import dev.gnomon.actors.loader.ImageSource;
import dev.gnomon.actors.loader.SetOfImages;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.metrics.FeatureNetwork;
import dev.gnomon.model.metrics.FeatureNetworks;
import dev.gnomon.model.metrics.FrechetDistance;
import dev.gnomon.model.metrics.Moments;
import dev.gnomon.model.training.TrainingSettings.Network;

/**
 * The real images that a run's scores compare with, for Frechet distances of many sets of samples;
 * the same to the bit as those of {@code gnomon evaluate}.
 */
final class RealImages implements AutoCloseable {

  private final Network shape;
  private final FeatureNetwork network;
  private final Moments moments;

  /**
   * Sees the images of a run.
   *
   * @throws dev.gnomon.model.data.DataException where they are not there
   */
  RealImages(RunSettings settings) {
    this.shape = settings.training().network();
    try (ImageSource images = SetOfImages.open(settings)) {
      this.network = FeatureNetworks.load(settings.evaluation().featureNetwork());
      this.moments = new Moments(network.dimensions());
      long wanted = settings.evaluation().reference();
      for (long block = 0; block * ImageSampler.BLOCK < wanted; block++) {
        ImageBatch real = images.reference(block);
        if (real.count() > 0) {
          moments.add(features(real.pixels(), real.count()));
        }
      }
    }
  }

  /** What the distance is called. */
  String scoreName() {
    return network.scoreName();
  }

  /** How many real images there are. */
  long count() {
    return moments.count();
  }

  /** The least number of images whose covariance can have full rank. */
  int leastSamples() {
    return network.dimensions() + 1;
  }

  /** A set of samples, none yet. */
  Samples samples() {
    return new Samples();
  }

  /** Samples that are compared with them. */
  final class Samples {

    private final Moments made = new Moments(network.dimensions());

    private Samples() {}

    /** Adds a block. */
    void add(byte[] pixels, int count) {
      made.add(features(pixels, count));
    }

    double distance() {
      return FrechetDistance.between(moments, made);
    }
  }

  private float[] features(byte[] pixels, int count) {
    return network.features(pixels, count, shape.channels(), shape.imageSize());
  }

  @Override
  public void close() {
    network.close();
  }
}
