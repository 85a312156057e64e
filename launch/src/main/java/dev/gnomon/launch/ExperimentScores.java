package dev.gnomon.launch;

import dev.gnomon.actors.loader.ImageSource;
import dev.gnomon.actors.loader.SetOfImages;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.launch.reproduce.Job;
import dev.gnomon.launch.reproduce.JobWork.Going;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.clustering.CommonestCode;
import dev.gnomon.model.data.HeldOut;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.data.ImageSets;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.diffusion.SampleBlock;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.features.KMeans;
import dev.gnomon.model.features.Pool;
import dev.gnomon.model.features.Rows;
import dev.gnomon.model.features.TrunkFeatures;
import dev.gnomon.model.metrics.ClassifierScore;
import dev.gnomon.model.metrics.ClusterAgreement;
import dev.gnomon.model.metrics.FeatureNetwork;
import dev.gnomon.model.metrics.FeatureNetworks;
import dev.gnomon.model.metrics.FrechetDistance;
import dev.gnomon.model.metrics.KernelDistance;
import dev.gnomon.model.metrics.Moments;
import dev.gnomon.model.metrics.SmallClassifier;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.protocol.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Scores of the checkpoints of an experiment, all against the same real images and by the same
 * classifier, whatever the seed of a run is.
 */
final class ExperimentScores implements AutoCloseable {

  private static final int RESTARTS = 3;
  private static final int ITERATIONS = 100;

  private final RunSettings base;
  private final int classifierSteps;
  private ComputeDevice device; // opened with what follows, at the first score
  private FeatureNetwork network;
  private List<ImageBatch> real;
  private float[] realFeatures;
  private SmallClassifier classifier; // null where the images have no labels
  private double accuracy;

  /**
   * @param base settings that all runs share
   * @param classifierSteps that the classifier is trained for
   */
  ExperimentScores(RunSettings base, int classifierSteps) {
    this.base = base;
    this.classifierSteps = classifierSteps;
  }

  /**
   * Checks that images can be scored, before any run is trained on them.
   *
   * @throws UsageException where not
   */
  static void require(ImageSet images) {
    if (images.labelNames().size() > 1 && images.size() % SmallClassifier.SIZES != 0) {
      throw new UsageException(
          "gnomon.data.size = %d: the classifier of the IS takes images of a size that is a multiple of %d"
              .formatted(images.size(), SmallClassifier.SIZES));
    }
  }

  /** The scores that a job asks of a checkpoint. */
  Map<String, Double> of(Checkpoint checkpoint, Job.Score job, Going going) {
    open();
    TrainedModel model = TrainedModel.at(checkpoint.directory());
    Map<String, Double> scores = new LinkedHashMap<>();
    try (ImageSampler sampler = model.sampler(device)) {
      sampled(sampler, model.settings().training(), job, going, scores);
      if (job.agreement().isPresent() && classifier != null) {
        codes(sampler, scores);
        features(model, job.agreement().get(), scores);
      }
    }
    return scores;
  }

  private void open() {
    if (device != null) {
      return;
    }
    try {
      openAll();
    } catch (RuntimeException failure) {
      close(); // the next job begins anew, not with half of it
      throw failure;
    }
  }

  private void openAll() {
    device =
        ComputeDevice.open(base.role(Role.EVALUATOR).device(), base.role(Role.EVALUATOR).threads());
    network = FeatureNetworks.load(base.evaluation().featureNetwork());
    real = new ArrayList<>();
    List<float[]> features = new ArrayList<>();
    try (ImageSource images = SetOfImages.open(base)) {
      int blocks = blocks(base.evaluation().reference());
      for (int block = 0; block < blocks; block++) {
        ImageBatch batch = images.reference(block);
        if (batch.count() > 0) {
          real.add(batch);
          features.add(features(batch.pixels(), batch.count()));
        }
      }
    }
    realFeatures = joined(features);
    ImageSet set = ImageSets.open(base.data());
    int classes = set.labelNames().size();
    if (classes > 1) {
      classifier = new SmallClassifier(device, set.channels(), set.size(), classes);
      HeldOut images = HeldOut.of(set);
      classifier.train(images, images.trained(), classifierSteps);
      accuracy = classifier.accuracy(images, images.trained());
    }
  }

  private static int blocks(int images) {
    return (images + ImageSampler.BLOCK - 1) / ImageSampler.BLOCK;
  }

  private float[] features(byte[] pixels, int count) {
    TrainingSettings.Network shape = base.training().network();
    return network.features(pixels, count, shape.channels(), shape.imageSize());
  }

  private void sampled(
      ImageSampler sampler,
      TrainingSettings run,
      Job.Score job,
      Going going,
      Map<String, Double> scores) {
    List<float[]> features = new ArrayList<>();
    List<double[]> probabilities = new ArrayList<>();
    double evaluations = 0;
    double passes = 0;
    int blocks = blocks(job.samples());
    long began = System.nanoTime();
    for (int block = 0; block < blocks; block++) {
      going.at(
          "block %d of %d".formatted(block + 1, blocks),
          OptionalDouble.of((double) block / blocks));
      SampleBlock made = sampler.sample(run.seed(), block, job.sampling());
      features.add(features(made.pixels(), ImageSampler.BLOCK));
      if (classifier != null) {
        probabilities.addAll(Arrays.asList(classifier.probabilities(made.pixels())));
      }
      evaluations += made.networkEvaluations();
      passes += made.passes().conditional() + made.passes().unconditional();
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    int dimensions = network.dimensions();
    float[] rows = joined(features);
    scores.put("fd", FrechetDistance.between(moments(realFeatures), moments(rows)));
    scores.put(
        "kid", new KernelDistance(base.training().seed()).between(realFeatures, rows, dimensions));
    if (classifier != null) {
      ClassifierScore seen = ClassifierScore.of(probabilities.toArray(double[][]::new));
      scores.put("is", seen.score());
      scores.put("sure", seen.sure());
      scores.put("label_entropy", seen.entropy());
      scores.put("classifier_accuracy", accuracy);
    }
    scores.put("samples", (double) blocks * ImageSampler.BLOCK);
    scores.put("network_evaluations", evaluations / blocks);
    scores.put("passes_per_image", passes / (blocks * ImageSampler.BLOCK));
    scores.put("seconds", seconds);
  }

  private Moments moments(float[] rows) {
    Moments moments = new Moments(network.dimensions());
    moments.add(rows);
    return moments;
  }

  /** How the model's own codes of real images agree with their labels, where it makes codes. */
  private void codes(ImageSampler sampler, Map<String, Double> scores) {
    List<int[]> codes = new ArrayList<>();
    for (ImageBatch batch : real) {
      int[] own = CommonestCode.of(sampler.codes(batch), sampler.codesPerImage()).codes();
      if (own[0] < 0) {
        return;
      }
      codes.add(own);
    }
    int[] all = codes.stream().flatMapToInt(Arrays::stream).toArray();
    scores.put("nmi_codes", ClusterAgreement.nmi(labels(), all));
    scores.put("ari_codes", ClusterAgreement.ari(labels(), all));
    scores.put("ami_codes", ClusterAgreement.ami(labels(), all));
    scores.put("codes_used", (double) Arrays.stream(all).distinct().count());
  }

  private int[] labels() {
    return real.stream().flatMapToInt(batch -> Arrays.stream(batch.labels())).toArray();
  }

  /**
   * The same of k-means on the middle block's features, at the teacher's noise level. They are the
   * mean over patches in every mode: not every network has a class token.
   */
  private void features(TrainedModel model, Job.Agreement asked, Map<String, Double> scores) {
    TrainingSettings training = model.settings().training();
    List<float[]> features = new ArrayList<>();
    try (TrunkFeatures source =
        new TrunkFeatures(
            device, training, model.checkpoint().weights("trunk").under("ema."), Pool.MEAN, 0)) {
      String middle = source.layers().get(training.network().depth() / 2);
      double noise = training.noiseLevels().teacher();
      for (ImageBatch batch : real) {
        features.add(source.features(batch, noise, Set.of(middle)).get(middle));
      }
    }
    int[] codes =
        new KMeans(asked.clusters(), RESTARTS, ITERATIONS, 0)
            .fit(
                device,
                Rows.of(joined(features), training.network().width()).normalised(),
                iteration -> {})
            .codes();
    scores.put("nmi", ClusterAgreement.nmi(labels(), codes));
    scores.put("ari", ClusterAgreement.ari(labels(), codes));
    scores.put("ami", ClusterAgreement.ami(labels(), codes));
  }

  private static float[] joined(List<float[]> parts) {
    float[] whole = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }

  @Override
  public void close() {
    if (classifier != null) {
      classifier.close();
      classifier = null;
    }
    if (network != null) {
      network.close();
      network = null;
    }
    if (device != null) {
      device.close();
      device = null;
    }
  }
}
