package dev.gnomon.actors.evaluator;

import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.features.BaselineAgreement;
import dev.gnomon.model.features.PatchMeans;
import dev.gnomon.model.training.TeacherState;
import dev.gnomon.model.training.TrainingSettings;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * NMI of the labels with k-means on mean colour, and on the features of the run's own network
 * before its first step, each with as many clusters as the run has prototypes.
 */
final class UntrainedBaselines implements CheckpointScores.Baselines {

  private final TrainingSettings training;
  private final RoleSettings role;

  UntrainedBaselines(TrainingSettings training, RoleSettings role) {
    this.training = training;
    this.role = role;
  }

  @Override
  public Map<String, Double> of(byte[] pixels, int[] labels) {
    int channels = training.network().channels();
    int size = training.network().imageSize();
    int width = training.network().width();
    int clusters = Math.min(training.condition().prototypes(), labels.length);
    long seed = training.seed();
    try (ComputeDevice device = ComputeDevice.open(role.device(), role.threads())) {
      Map<String, Double> values = new LinkedHashMap<>();
      values.put(
          "nmi_mean_colour",
          BaselineAgreement.ofMeanColour(device, pixels, channels, size, labels, clusters, seed));
      float[] features = features(device, pixels, labels);
      values.put(
          "nmi_untrained",
          BaselineAgreement.ofRows(device, features, width, labels, clusters, seed));
      return values;
    }
  }

  /**
   * The untrained network's features, [count, width], taken as the teacher takes them; of patches
   * their mean.
   */
  private float[] features(ComputeDevice device, byte[] pixels, int[] labels) {
    int each = pixels.length / labels.length;
    int width = training.network().width();
    float[] features = new float[labels.length * width];
    try (TeacherState teacher = TeacherState.untrained(device, training)) {
      for (int from = 0; from < labels.length; from += ImageSampler.BLOCK) {
        int to = Math.min(labels.length, from + ImageSampler.BLOCK);
        ImageBatch block =
            new ImageBatch(
                from / ImageSampler.BLOCK,
                training.network().channels(),
                training.network().imageSize(),
                Arrays.copyOfRange(pixels, from * each, to * each),
                new long[to - from],
                Arrays.copyOfRange(labels, from, to));
        float[] seen = PatchMeans.of(teacher.features(block), training.codesPerImage(), width);
        System.arraycopy(seen, 0, features, from * width, seen.length);
      }
    }
    return features;
  }
}
