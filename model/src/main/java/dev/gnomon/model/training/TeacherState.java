package dev.gnomon.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.backbone.Backbone;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.diffusion.ProbabilityPath;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The teacher: the moving average of the trunk at one version, which extracts the features of whole
 * batches at the teacher's noise level, which is of the path's own time, told nothing, and no
 * further than the tap (METHOD 1.4).
 */
public final class TeacherState implements AutoCloseable {

  private final ComputeDevice device;
  private final TrainingSettings settings;
  private final StepDraws stepDraws;
  private final Conditioning conditioning;
  private final ProbabilityPath path;
  private final Backbone backbone;
  private final NDManager owner;
  private final Map<String, NDArray> average = new LinkedHashMap<>();
  private NDManager versionOwner; // of the version's weights as the network computes with them
  private Map<String, NDArray> weights = Map.of();
  private long version = -1;

  public TeacherState(ComputeDevice device, TrainingSettings settings) {
    this(device, settings, StepDraws.seeded(settings));
  }

  /** A teacher that sees its images under given draws. */
  public TeacherState(ComputeDevice device, TrainingSettings settings, StepDraws draws) {
    this.device = device;
    this.settings = settings;
    this.stepDraws = draws;
    this.path = settings.path();
    this.conditioning = new Conditioning(settings);
    this.backbone = conditioning.backbone(device);
    this.owner = device.scope();
    this.versionOwner = device.scope();
    for (Parameter parameter : backbone.parameters()) {
      average.put(parameter.name(), owner.zeros(new Shape(parameter.shape())));
    }
  }

  /** A teacher with the weights that a run of these settings begins with, as its version 0. */
  public static TeacherState untrained(ComputeDevice device, TrainingSettings settings) {
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    List<Parameter> parameters = new Conditioning(settings).parameters();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      weights.put(parameter.name(), parameter.initial(settings.seed(), i));
    }
    TeacherState teacher = new TeacherState(device, settings);
    teacher.load(0, new WeightSet(weights));
    return teacher;
  }

  /** Makes it hold no version: one of the same number is another one now. */
  void forget() {
    version = -1;
  }

  /** The version it holds, -1 before the first. */
  public long version() {
    return version;
  }

  /** Takes up a version. */
  public void load(long newVersion, WeightSet newAverage) {
    version = -1;
    average.forEach((name, array) -> device.set(array, newAverage.get(name)));
    versionOwner.close();
    versionOwner = device.scope();
    weights = backbone.converted(versionOwner, average);
    version = newVersion;
  }

  /** Features of a batch, [B, width] or of its patches, under the noise of its step. */
  public float[] features(ImageBatch batch) {
    Draws drawn = stepDraws.of(batch);
    return features(drawn.images(), drawn.noise(), batch.count());
  }

  /** The same of images under given noise [B, C, H, W]. */
  public float[] features(ImageBatch images, float[] noise) {
    return features(Draws.images(images.pixels()), noise, images.count());
  }

  private float[] features(float[] images, float[] noise, int count) {
    if (version < 0) {
      throw new IllegalStateException("the teacher was asked for features before it had weights");
    }
    int values = images.length / count;
    return TrunkState.joined(
        device
            .shards()
            .map(
                count,
                shard -> {
                  int from = shard.from() * values;
                  int to = shard.to() * values;
                  return ofShard(
                      shard.count(),
                      Arrays.copyOfRange(images, from, to),
                      Arrays.copyOfRange(noise, from, to));
                }));
  }

  private float[] ofShard(int count, float[] images, float[] noise) {
    int size = settings.network().imageSize();
    Shape shape = new Shape(count, settings.network().channels(), size, size);
    float[] t = new float[count];
    Arrays.fill(t, (float) (1 - settings.noiseLevels().teacher()));
    try (NDManager scope = device.scope()) {
      NDArray times = scope.create(t);
      NDArray point = path.at(scope.create(images, shape), scope.create(noise, shape), t);
      NDArray input = path.input(point, t);
      NDArray condition = conditioning.nothing(scope, backbone, weights, input);
      return conditioning.features(
          backbone.features(scope, weights, input, times, condition, backbone.featureTap()));
    }
  }

  @Override
  public void close() {
    versionOwner.close();
    owner.close();
    backbone.close();
  }
}
