package dev.gnomon.model.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.TorchScriptNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Features of a network that TorchScript saved, such as DINO: it takes colour images [B, C, H, W],
 * each channel less its mean and over its deviation, and gives [B, D], tokens [B, L, D], or maps
 * [B, D, H, W], whose mean is taken.
 */
public final class ExternalFeatures implements FeatureSource {

  /** Its one layer. */
  public static final String LAYER = "network";

  /**
   * How its images are made of pixels in [0, 1].
   *
   * @param means subtracted, one a channel
   * @param deviations divided by, one a channel
   */
  public record Normalisation(List<Double> means, List<Double> deviations) {}

  private final Path file;
  private final ComputeDevice device;
  private final TorchScriptNetwork network;
  private final Normalisation normalisation;
  private final Pool pool;
  private final int dimensions;

  /**
   * Opens a network and tries it on one image of {@code size}.
   *
   * @throws DataException where that can not be done
   */
  public ExternalFeatures(
      ComputeDevice device, Path file, int size, Normalisation normalisation, Pool pool) {
    this.file = file;
    this.device = device;
    this.normalisation = normalisation;
    this.pool = pool;
    this.network = TorchScriptNetwork.open(device, file);
    try {
      int channels = normalisation.means().size();
      ImageBatch grey =
          new ImageBatch(
              0, channels, size, new byte[channels * size * size], new long[1], new int[1]);
      this.dimensions = pooled(grey).length;
    } catch (RuntimeException failure) {
      network.close();
      throw failure;
    }
  }

  @Override
  public List<String> layers() {
    return List.of(LAYER);
  }

  @Override
  public int dimensions() {
    return dimensions;
  }

  @Override
  public Map<String, float[]> features(ImageBatch images, double noiseLevel, Set<String> layers) {
    if (noiseLevel != 0) {
      throw new IllegalArgumentException("a foreign network sees images without noise");
    }
    return Map.of(LAYER, pooled(images));
  }

  private float[] pooled(ImageBatch images) {
    try (NDManager scope = device.scope()) {
      Shape shape = new Shape(images.count(), images.channels(), images.size(), images.size());
      NDArray given = network.forward(scope, scope.create(values(images), shape));
      NDArray features =
          switch (given.getShape().dimension()) {
            case 2 -> given;
            case 3 -> pool == Pool.CLS ? given.get(new NDIndex(":, 0")) : given.mean(new int[] {1});
            case 4 -> given.reshape(size(given, 0), size(given, 1), -1).mean(new int[] {2});
            default -> throw unexpected(given);
          };
      if (features.getShape().get(0) != images.count()) {
        throw unexpected(given);
      }
      return features.toType(DataType.FLOAT32, false).toFloatArray();
    }
  }

  private static long size(NDArray array, int axis) {
    return array.getShape().get(axis);
  }

  private DataException unexpected(NDArray given) {
    return new DataException(
        "%s: the network gives an array of shape %s, expected [images, D], [images, tokens, D] or [images, D, height, width]"
            .formatted(file, given.getShape()));
  }

  private float[] values(ImageBatch images) {
    int plane = images.size() * images.size();
    byte[] pixels = images.pixels();
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      int channel = i / plane % images.channels();
      double value = (pixels[i] & 0xff) / 255.0;
      values[i] =
          (float)
              ((value - normalisation.means().get(channel))
                  / normalisation.deviations().get(channel));
    }
    return values;
  }

  @Override
  public void close() {
    network.close();
  }
}
