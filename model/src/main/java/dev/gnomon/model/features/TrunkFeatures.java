package dev.gnomon.model.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.backbone.Backbone;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.diffusion.ProbabilityPath;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.engine.Noise.Purpose;
import dev.gnomon.model.engine.Shards.Shard;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditioning;
import dev.gnomon.model.training.Draws;
import dev.gnomon.model.training.TrainingSettings;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Features of a trained trunk that is told nothing, as the teacher takes them (METHOD 1.8). */
public final class TrunkFeatures implements FeatureSource {

  private final ComputeDevice device;
  private final TrainingSettings settings;
  private final Conditioning conditioning;
  private final Pool pool;
  private final long seed;
  private final ProbabilityPath path;
  private final Backbone backbone;
  private final NDManager owner;
  private final Map<String, NDArray> weights;

  /**
   * Features of a trunk.
   *
   * @param trunk its weights, by the names of the state dict
   * @param seed of the noise
   * @throws IllegalArgumentException where the network has no token to pool so
   */
  public TrunkFeatures(
      ComputeDevice device, TrainingSettings settings, WeightSet trunk, Pool pool, long seed) {
    this.device = device;
    this.settings = settings;
    this.path = settings.path();
    this.conditioning = new Conditioning(settings);
    this.pool = pool;
    this.seed = seed;
    if (pool == Pool.CLS && !conditioning.hasClassToken()) {
      throw new IllegalArgumentException(
          "a network of condition source %s has no CLS token; pool the mean of the patches"
              .formatted(settings.condition().source()));
    }
    this.backbone = conditioning.backbone(device);
    this.owner = device.scope();
    try {
      Map<String, NDArray> all = new LinkedHashMap<>();
      for (Parameter parameter : backbone.parameters()) {
        all.put(parameter.name(), device.array(owner, trunk.get(parameter.name())));
      }
      this.weights = backbone.converted(owner, all);
    } catch (RuntimeException failure) {
      close();
      throw failure;
    }
  }

  /** How the method pools the features of such a network: CLS where there is one. */
  public static Pool usual(TrainingSettings settings) {
    return new Conditioning(settings).hasClassToken() ? Pool.CLS : Pool.MEAN;
  }

  @Override
  public List<String> layers() {
    return backbone.taps();
  }

  @Override
  public int dimensions() {
    return settings.network().width();
  }

  @Override
  public Map<String, float[]> features(ImageBatch images, double noiseLevel, Set<String> layers) {
    List<Map<String, float[]>> shards =
        device.shards().map(images.count(), shard -> ofShard(images, shard, noiseLevel, layers));
    Map<String, float[]> all = new LinkedHashMap<>();
    for (String layer : layers) {
      float[] rows = new float[images.count() * dimensions()];
      int at = 0;
      for (Map<String, float[]> shard : shards) {
        System.arraycopy(shard.get(layer), 0, rows, at, shard.get(layer).length);
        at += shard.get(layer).length;
      }
      all.put(layer, rows);
    }
    return all;
  }

  private Map<String, float[]> ofShard(
      ImageBatch images, Shard shard, double noiseLevel, Set<String> layers) {
    int values = settings.network().values();
    int size = settings.network().imageSize();
    Shape shape = new Shape(shard.count(), settings.network().channels(), size, size);
    float[] noise = new float[shard.count() * values];
    for (int i = 0; i < shard.count(); i++) {
      long id = images.ids()[shard.from() + i];
      System.arraycopy(
          Noise.normals(seed, Purpose.EXTRACTION, id, values), 0, noise, i * values, values);
    }
    float[] data =
        Draws.images(
            Arrays.copyOfRange(images.pixels(), shard.from() * values, shard.to() * values));
    float[] t = new float[shard.count()];
    Arrays.fill(t, (float) (1 - noiseLevel));
    try (NDManager scope = device.scope()) {
      NDArray times = scope.create(t);
      NDArray point = path.at(scope.create(data, shape), scope.create(noise, shape), t);
      NDArray input = path.input(point, t);
      NDArray condition = conditioning.nothing(scope, backbone, weights, input);
      Map<String, float[]> pooled = new LinkedHashMap<>();
      backbone
          .features(scope, weights, input, times, condition, layers)
          .forEach((layer, tokens) -> pooled.put(layer, pooled(tokens)));
      return pooled;
    }
  }

  private float[] pooled(NDArray tokens) {
    return switch (pool) {
      case CLS -> tokens.get(new NDIndex(":, 0")).toFloatArray();
      case MEAN ->
          tokens
              .get(new NDIndex(":, {}:", conditioning.extras()))
              .mean(new int[] {1})
              .toFloatArray();
    };
  }

  @Override
  public void close() {
    owner.close();
    backbone.close();
  }
}
