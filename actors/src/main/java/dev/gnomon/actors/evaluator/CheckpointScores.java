package dev.gnomon.actors.evaluator;

import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.metrics.ClusterAgreement;
import dev.gnomon.model.metrics.FeatureNetwork;
import dev.gnomon.model.metrics.FrechetDistance;
import dev.gnomon.model.metrics.KernelDistance;
import dev.gnomon.model.training.TrainingSettings.Condition;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.protocol.ReferenceFeatures;
import dev.gnomon.protocol.SampleFeatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The scores of a checkpoint: the Frechet and the kernel distance of its samples to the reference
 * images, and how codes that it learned agree with the labels of those. Features of the reference
 * images are kept from one evaluation to the next, and so are the baselines.
 */
final class CheckpointScores implements ScorerWork {

  /** What codes have to beat before they say anything, by name. */
  interface Baselines {

    /** Scores of real images, uint8 [count, C, size, size], and their labels, [count]. */
    Map<String, Double> of(byte[] pixels, int[] labels);
  }

  private final String fullName;
  private final int dimensions;
  private final KernelDistance kernelDistance;
  private final boolean learned;
  private final Baselines baselines;
  private final CheckpointPictures pictures;
  private Optional<Map<String, Double>> baseline = Optional.empty();

  private long step;
  private Optional<FeatureSet> reference = Optional.empty();
  private FeatureSet samples;
  private FeatureSet newReference;
  private List<SampleFeatures> sampled = new ArrayList<>();
  private List<ReferenceFeatures> real = new ArrayList<>();

  /**
   * @param fullName what the Frechet distance is called
   * @param dimensions of a feature
   * @param learned whether codes are the model's own, so that it says something how they agree with
   *     labels
   */
  CheckpointScores(
      String fullName,
      int dimensions,
      KernelDistance kernelDistance,
      boolean learned,
      Baselines baselines,
      CheckpointPictures pictures) {
    this.fullName = fullName;
    this.dimensions = dimensions;
    this.kernelDistance = kernelDistance;
    this.learned = learned;
    this.baselines = baselines;
    this.pictures = pictures;
    begin(0);
  }

  /** Scores as a run's settings say, pictures in {@code pictures}. */
  static ScorerWork open(RunSettings settings, RoleSettings role, Path pictures) {
    try (FeatureNetwork network = DeviceEvaluator.network(settings.evaluation())) {
      var shape = settings.training().network();
      return new CheckpointScores(
          network.scoreName(),
          network.dimensions(),
          new KernelDistance(settings.training().seed()),
          settings.training().condition().source().learnsCodes(),
          new UntrainedBaselines(settings.training(), role),
          new CheckpointPictures(
              pictures,
              shape.channels(),
              shape.imageSize(),
              codes(settings.training().condition())));
    }
  }

  private static int codes(Condition condition) {
    return condition.source() == Source.LABELS ? condition.classes() : condition.prototypes();
  }

  @Override
  public void begin(long newStep) {
    step = newStep;
    samples = new FeatureSet(dimensions);
    newReference = new FeatureSet(dimensions);
    sampled = new ArrayList<>();
    real = new ArrayList<>();
  }

  @Override
  public void samples(SampleFeatures block) {
    samples.add(block.features());
    sampled.add(withoutFeatures(block));
  }

  @Override
  public void reference(ReferenceFeatures block) {
    if (block.labels().length > 0) {
      newReference.add(block.features());
      real.add(withoutFeatures(block, real.size() < FeatureMap.BLOCKS));
    }
  }

  @Override
  public Scores finish() {
    if (reference.isEmpty()) {
      reference = Optional.of(newReference);
    }
    Map<String, Double> values = new LinkedHashMap<>();
    double distance = FrechetDistance.between(reference.get().moments(), samples.moments());
    values.put("fd", distance);
    values.put(fullName, distance);
    values.put(
        kernelName(), kernelDistance.between(reference.get().rows(), samples.rows(), dimensions));
    values.putAll(agreement());
    values.put(
        "network_evaluations",
        sampled.stream().mapToInt(SampleFeatures::networkEvaluations).average().orElse(0));
    List<String> written = pictures();
    begin(0);
    return new Scores(values, written);
  }

  @Override
  public void close() {}

  /** "KID (seeded-conv)" beside "FD (seeded-conv)". */
  private String kernelName() {
    return "KID " + fullName.replaceFirst("^FD ", "");
  }

  /**
   * NMI, ARI and AMI of learned codes and labels, and the baselines; none where one of them lacks.
   */
  private Map<String, Double> agreement() {
    int[] codes = join(real.stream().map(ReferenceFeatures::codes).toList());
    int[] labels = join(real.stream().map(ReferenceFeatures::labels).toList());
    Map<String, Double> values = new LinkedHashMap<>();
    boolean both = codes.length == labels.length && has(codes) && has(labels);
    if (learned && both) {
      values.put("nmi", ClusterAgreement.nmi(labels, codes));
      values.put("ari", ClusterAgreement.ari(labels, codes));
      values.put("ami", ClusterAgreement.ami(labels, codes));
      if (baseline.isEmpty()) {
        baseline = Optional.of(baselines.of(pixels(), labels));
      }
      values.putAll(baseline.get());
    }
    return values;
  }

  /** A disk that is full costs the pictures, not the scores. */
  private List<String> pictures() {
    try {
      return pictures.write(step, sampled, real);
    } catch (IOException e) {
      SupervisionLog.event("pictures-not-written")
          .with("actor", "scorer")
          .with("step", step)
          .with("cause", e)
          .warn();
      return List.of();
    }
  }

  private byte[] pixels() {
    byte[] all = new byte[real.stream().mapToInt(block -> block.pixels().length).sum()];
    int at = 0;
    for (ReferenceFeatures block : real) {
      System.arraycopy(block.pixels(), 0, all, at, block.pixels().length);
      at += block.pixels().length;
    }
    return all;
  }

  private static boolean has(int[] values) {
    return Arrays.stream(values).anyMatch(value -> value >= 0);
  }

  private static int[] join(List<int[]> blocks) {
    return blocks.stream().flatMapToInt(Arrays::stream).toArray();
  }

  private static SampleFeatures withoutFeatures(SampleFeatures b) {
    return new SampleFeatures(
        b.lineage(),
        b.step(),
        b.block(),
        new float[0],
        b.pixels(),
        b.codes(),
        b.networkEvaluations());
  }

  private static ReferenceFeatures withoutFeatures(ReferenceFeatures b, boolean mapped) {
    return new ReferenceFeatures(
        b.lineage(),
        b.step(),
        b.block(),
        new float[0],
        b.pixels(),
        b.codes(),
        b.labels(),
        b.closeness(),
        mapped ? b.teacherFeatures() : new float[0]);
  }
}
