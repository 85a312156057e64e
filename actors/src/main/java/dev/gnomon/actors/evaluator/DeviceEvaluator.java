package dev.gnomon.actors.evaluator;

import dev.gnomon.actors.settings.EvaluationSettings;
import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.diffusion.SampleBlock;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.metrics.FeatureNetwork;
import dev.gnomon.model.metrics.FeatureNetworks;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Samples and features on a device of its own. It holds one checkpoint's weights at a time. */
final class DeviceEvaluator implements EvaluatorWork {

  private final ComputeDevice device;
  private final TrainingSettings training;
  private final EvaluationSettings evaluation;
  private final FeatureNetwork network;
  private final Map<Long, float[]> referenceFeatures = new HashMap<>(); // of each block, once
  private CheckpointWeights opened; // null while no checkpoint is open
  private ImageSampler sampler; // of it

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
    int count = made.codes().length / training.codesPerImage();
    return new Samples(
        features(made.pixels(), count),
        made.pixels(),
        training.condition().source().perPatch() ? noCode(count) : made.codes(),
        made.networkEvaluations());
  }

  @Override
  public Seen reference(CheckpointWeights checkpoint, ImageBatch images) {
    float[] features =
        referenceFeatures.computeIfAbsent(
            images.step(), block -> features(images.pixels(), images.count()));
    if (training.condition().source() != Source.BOOTSTRAP) {
      return new Seen(features, new int[0]);
    }
    ImageSampler.Look look = sampler(checkpoint).look(images);
    return new Seen(features, look.codes(), look.closeness(), look.features());
  }

  @Override
  public void close() {
    closeSampler();
    network.close();
    device.close();
  }

  private static int[] noCode(int images) {
    int[] codes = new int[images];
    Arrays.fill(codes, -1);
    return codes;
  }

  private float[] features(byte[] pixels, int count) {
    return network.features(
        pixels, count, training.network().channels(), training.network().imageSize());
  }

  private ImageSampler sampler(CheckpointWeights checkpoint) {
    if (opened != checkpoint) { // the very same: it is read once an evaluation
      closeSampler();
      sampler = new ImageSampler(device, training, checkpoint.trunk(), checkpoint.assigner());
      opened = checkpoint;
    }
    return sampler;
  }

  private void closeSampler() {
    if (sampler != null) {
      sampler.close();
      sampler = null;
      opened = null;
    }
  }
}
