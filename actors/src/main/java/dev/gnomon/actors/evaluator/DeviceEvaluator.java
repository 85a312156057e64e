package dev.gnomon.actors.evaluator;

import dev.gnomon.actors.settings.EvaluationSettings;
import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.clustering.CommonestCode;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.diffusion.SampleBlock;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.features.PatchMeans;
import dev.gnomon.model.features.Pool;
import dev.gnomon.model.features.TrunkFeatures;
import dev.gnomon.model.metrics.FeatureNetwork;
import dev.gnomon.model.metrics.FeatureNetworks;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Samples and features on a device of its own. It holds one checkpoint's weights at a time. */
final class DeviceEvaluator implements EvaluatorWork {

  private final ComputeDevice device;
  private final TrainingSettings training;
  private final EvaluationSettings evaluation;
  private final FeatureNetwork network;
  private final Map<Long, float[]> referenceFeatures = new HashMap<>(); // of each block, once
  private CheckpointWeights opened; // null while no checkpoint is open
  private ImageSampler sampler; // of it, or null
  private TrunkFeatures trunk; // of it, or null; not beside a sampler: that is twice the memory

  private DeviceEvaluator(ComputeDevice device, RunSettings settings) {
    this.device = device;
    this.training = settings.training();
    this.evaluation = settings.evaluation();
    this.network = network(evaluation);
  }

  /** Opens the device; checkpoints are opened as they are asked for. */
  static EvaluatorWork open(RoleSettings role, RunSettings settings) {
    ComputeDevice device = ComputeDevice.open(role.device(), role.threads());
    try {
      return new DeviceEvaluator(device, settings);
    } catch (RuntimeException failure) {
      device.close();
      throw failure;
    }
  }

  /** The feature network that the settings name. */
  static FeatureNetwork network(EvaluationSettings settings) {
    return FeatureNetworks.load(settings.featureNetwork());
  }

  @Override
  public Samples samples(CheckpointWeights checkpoint, long block) {
    SampleBlock made = sampler(checkpoint).sample(training.seed(), block, evaluation.sampling());
    int[] codes = CommonestCode.of(made.codes(), training.codesPerImage()).codes();
    return new Samples(
        features(made.pixels(), codes.length), made.pixels(), codes, made.networkEvaluations());
  }

  @Override
  public Seen reference(CheckpointWeights checkpoint, ImageBatch images) {
    float[] features =
        referenceFeatures.computeIfAbsent(
            images.step(), block -> features(images.pixels(), images.count()));
    if (training.condition().source().learnsCodes()) {
      ImageSampler.Look look = sampler(checkpoint).look(images);
      return training.condition().source().perPatch()
          ? ofPatches(features, look)
          : new Seen(features, look.codes(), look.closeness(), look.features());
    }
    return new Seen(features, given(images), new float[0], middle(checkpoint, images));
  }

  /** An image is as near to the code of most of its patches as many of them have it. */
  private Seen ofPatches(float[] features, ImageSampler.Look look) {
    CommonestCode commonest = CommonestCode.of(look.codes(), training.codesPerImage());
    return new Seen(
        features,
        commonest.codes(),
        commonest.shares(),
        PatchMeans.of(look.features(), training.codesPerImage(), training.network().width()));
  }

  /** The codes that images had before the run; empty where they have none. */
  private int[] given(ImageBatch images) {
    return training.condition().source() == Source.LABELS ? images.labels() : images.codes();
  }

  /** What a teacher would see in images: features of the middle block, for those on the map. */
  private float[] middle(CheckpointWeights checkpoint, ImageBatch images) {
    if (images.step() >= FeatureMap.BLOCKS) {
      return new float[0];
    }
    TrunkFeatures trunk = trunk(checkpoint);
    String middle = trunk.layers().get(training.network().depth() / 2);
    return trunk.features(images, training.noiseLevels().teacher(), Set.of(middle)).get(middle);
  }

  @Override
  public void close() {
    closeCheckpoint();
    network.close();
    device.close();
  }

  private float[] features(byte[] pixels, int count) {
    return network.features(
        pixels, count, training.network().channels(), training.network().imageSize());
  }

  private ImageSampler sampler(CheckpointWeights checkpoint) {
    open(checkpoint);
    closeTrunk();
    if (sampler == null) {
      sampler = new ImageSampler(device, training, checkpoint.trunk(), checkpoint.assigner());
    }
    return sampler;
  }

  private TrunkFeatures trunk(CheckpointWeights checkpoint) {
    open(checkpoint);
    closeSampler();
    if (trunk == null) {
      WeightSet average = checkpoint.trunk().under("ema.");
      Pool pool = TrunkFeatures.usual(training);
      trunk = new TrunkFeatures(device, training, average, pool, training.seed());
    }
    return trunk;
  }

  private void open(CheckpointWeights checkpoint) {
    if (opened != checkpoint) { // the very same: it is read once an evaluation
      closeCheckpoint();
      opened = checkpoint;
    }
  }

  private void closeCheckpoint() {
    closeSampler();
    closeTrunk();
    opened = null;
  }

  private void closeSampler() {
    if (sampler != null) {
      sampler.close();
      sampler = null;
    }
  }

  private void closeTrunk() {
    if (trunk != null) {
      trunk.close();
      trunk = null;
    }
  }
}
