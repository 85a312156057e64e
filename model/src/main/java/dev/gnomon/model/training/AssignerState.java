package dev.gnomon.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.clustering.CodeBalance;
import dev.gnomon.model.clustering.CodeLayouts;
import dev.gnomon.model.clustering.CodeStatistics;
import dev.gnomon.model.clustering.CollapseWatch;
import dev.gnomon.model.clustering.ProjectionHead;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.GradientScope;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.metrics.ClusterAgreement;
import dev.gnomon.model.optim.AdamW;
import dev.gnomon.model.optim.MovingAverage;
import dev.gnomon.model.training.TrainingSettings.Condition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The assigner's half of the training state: projection head and prototypes, their moving average,
 * and AdamW's moments. It learns from the Sinkhorn-Knopp loss alone, on detached features of the
 * student (METHOD 1.3), and turns features of the teacher into codes (METHOD 1.4).
 *
 * <p>It keeps head and prototypes of the versions that are still in use.
 */
public final class AssignerState implements AutoCloseable {

  /** The newest layouts of codes, where each patch has one: I64 [kept, patches]. */
  public static final String LAYOUTS = "layouts";

  /** Where its parameters' draws start, after any trunk's. */
  private static final long ORDINAL = 1_000_000;

  private static final String COLLAPSE = "collapse";
  private static final String BATCHES = "projection_head.1.num_batches_tracked";

  private final ComputeDevice device;
  private final TrainingSettings settings;
  private final Condition condition;
  private final VersionSchedule schedule;
  private final ProjectionHead head;
  private final BalancedCodes balanced;
  private final List<Parameter> parameters;
  private final NDManager owner;
  private final Map<String, NDArray> student = new LinkedHashMap<>();
  private final MovingAverage average;
  private final AdamW optimizer;
  private final CodeStatistics statistics;
  private final CodeLayouts layouts;
  private final CollapseWatch watch;
  private final TreeMap<Long, Version> versions = new TreeMap<>();
  private long step;

  /** Head and prototypes of one version. */
  private record Version(NDManager owner, Map<String, NDArray> weights) {}

  /** A fresh assigner, its weights drawn from the seed. */
  public AssignerState(ComputeDevice device, TrainingSettings settings) {
    this.device = device;
    this.settings = settings;
    this.condition = settings.condition();
    this.schedule = settings.schedule();
    this.head = new ProjectionHead(device, settings.network().width(), condition.prototypes());
    this.balanced = new BalancedCodes(device, head, condition);
    this.parameters = head.parameters();
    this.owner = device.scope();
    List<Parameter> all = new ArrayList<>(parameters);
    all.addAll(head.statistics());
    for (int i = 0; i < all.size(); i++) {
      Parameter parameter = all.get(i);
      student.put(
          parameter.name(), device.array(owner, parameter.initial(settings.seed(), ORDINAL + i)));
    }
    this.average = new MovingAverage(device, settings.emaDecay(), student);
    this.optimizer = new AdamW(device, settings.optimizer(), parameters, student);
    this.statistics = new CodeStatistics(condition.prototypes(), condition.classes());
    this.layouts = new CodeLayouts(settings.codesPerImage());
    this.watch = new CollapseWatch(watchFrom(settings), settings.steps());
    keepVersion();
  }

  /** Past warm-up, and where the loss counts half: before that, codes need not say anything. */
  private static long watchFrom(TrainingSettings settings) {
    return Math.max(settings.optimizer().warmup(), settings.schedule().boundary() / 2);
  }

  /** Steps done. */
  public long step() {
    return step;
  }

  /**
   * Learns from the taps of one step.
   *
   * @throws NonFiniteLossException if the loss, the gradient or the running statistics are not
   *     finite; these have been updated then, so this state is of no more use until it is restored
   */
  public AssignerStep step(Taps taps) {
    if (taps.step() != step) {
      throw new IllegalArgumentException(
          "the assigner is at step %d and was given the taps of step %d"
              .formatted(step, taps.step()));
    }
    int width = settings.network().width();
    double ramp = ramp();
    float[] mask = mask(taps.times());
    try (NDManager scope = device.scope()) {
      head.normalize(scope, student.get(ProjectionHead.PROTOTYPES));
      NDArray features = scope.create(taps.features()).reshape(-1, width);
      Map<String, NDArray> gradients = new LinkedHashMap<>();
      int[] codes;
      double loss;
      try (GradientScope recording = GradientScope.open(scope)) {
        Map<String, NDArray> leaves = new LinkedHashMap<>(student);
        parameters.forEach(p -> leaves.put(p.name(), recording.leaf(student.get(p.name()))));
        NDArray embeddings = head.trainingEmbedding(scope, leaves, features);
        NDArray scores = head.scored(scope, embeddings, leaves.get(ProjectionHead.PROTOTYPES));
        recording.pause();
        NDArray prototypes = student.get(ProjectionHead.PROTOTYPES);
        NDArray q = balanced.of(scope, embeddings, scores, prototypes, masked(mask));
        recording.resume();
        codes = codes(q);
        ProjectionHead.Loss both =
            head.loss(
                scope,
                scores,
                q,
                scope.create(mask),
                condition.temperature(),
                samples(mask),
                ramp * condition.weight());
        loss = both.plain().getFloat();
        requireFinite("loss", loss);
        recording.backward(both.weighted());
        for (Parameter parameter : parameters) {
          NDArray gradient = recording.gradient(leaves.get(parameter.name()));
          boolean none = parameter.name().equals(ProjectionHead.BIAS_BEFORE_NORM);
          gradients.put(parameter.name(), none ? gradient.zerosLike() : gradient);
        }
      }
      requireFinite("gradient norm", optimizer.step(scope, step, gradients));
      // Features so large that their variance overflows come out of BatchNorm as others do.
      requireFinite(
          "norm of running statistics",
          optimizer.norm(scope, ProjectionHead.STATISTICS.stream().map(student::get).toList()));
      long done = step;
      step++;
      if (step == schedule.boundary()) {
        average.reset(scope);
      } else if (step > schedule.boundary()) {
        average.step(scope);
      }
      count(taps, codes);
      keepVersion();
      CodeBalance balance = statistics.balance();
      int trained = masked(mask).length;
      double crossEntropy = trained == 0 ? Double.NaN : loss * samples(mask) / trained;
      return new AssignerStep(
          done,
          loss,
          ramp,
          condition.classes() == 0 ? Double.NaN : ClusterAgreement.nmi(statistics.contingency()),
          balance,
          codes,
          watch.step(done, crossEntropy, balance));
    }
  }

  private void requireFinite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new NonFiniteLossException("assigner", what, step, value);
    }
  }

  /**
   * Counts the next step and learns nothing: weights, moments, running statistics and average stay
   * as they are. What the schedule does between two steps it does here too: at the boundary the
   * average is the student and the histogram begins anew, and versions are kept.
   */
  public void skip() {
    if (step == schedule.boundary()) {
      statistics.clear();
    }
    step++;
    if (step == schedule.boundary()) {
      try (NDManager scope = device.scope()) {
        average.reset(scope);
      }
    }
    keepVersion();
  }

  /** Weight of the loss: linear over stage 1, then 1 (METHOD 1.3). */
  private double ramp() {
    return schedule.boundary() == 0 ? 1 : Math.min((double) step / schedule.boundary(), 1);
  }

  /** 1 for each code of an image whose noise level trains head and prototypes, else 0. */
  private float[] mask(float[] times) {
    int each = settings.codesPerImage();
    float[] mask = new float[times.length * each];
    for (int i = 0; i < mask.length; i++) {
      double noiseLevel = 1 - (double) times[i / each];
      boolean trains =
          noiseLevel > settings.noiseLevels().maskFrom()
              && noiseLevel < settings.noiseLevels().maskTo();
      mask[i] = trains ? 1 : 0;
    }
    return mask;
  }

  /** What the masked sum is divided by: the batch, or by option the masked samples. */
  private double samples(float[] mask) {
    return condition.maskedMean() ? Math.max(1, masked(mask).length) : mask.length;
  }

  private static int[] masked(float[] mask) {
    return java.util.stream.IntStream.range(0, mask.length).filter(i -> mask[i] == 1).toArray();
  }

  private static int[] codes(NDArray scores) {
    return Arrays.stream(scores.argMax(1).toLongArray()).mapToInt(i -> (int) i).toArray();
  }

  /** Stage 1 counts the student's codes, stage 2 the codes that images trained under. */
  private void count(Taps taps, int[] studentCodes) {
    if (taps.step() == schedule.boundary()) {
      statistics.clear();
    }
    boolean guided = schedule.guided(taps.step());
    statistics.add(guided ? taps.codes() : studentCodes, taps.labels());
    if (guided && settings.condition().source().perPatch()) {
      layouts.add(taps.codes());
    }
  }

  private void keepVersion() {
    if (schedule.publishes(step)) {
      NDManager kept = device.scope();
      Map<String, NDArray> weights = new LinkedHashMap<>();
      average
          .arrays()
          .forEach(
              (name, array) -> weights.put(name, device.array(kept, ComputeDevice.copy(array))));
      versions.put(step, new Version(kept, weights));
    }
    Map<Long, Version> unused = versions.headMap(schedule.oldestNeeded(step));
    unused.values().forEach(version -> version.owner().close());
    unused.clear();
  }

  /** Whether head and prototypes of that version are kept. */
  public boolean has(long version) {
    return versions.containsKey(version);
  }

  /**
   * Codes of a step from the teacher's features: the prototype of the highest score, not balanced.
   *
   * @param features [B, width] of that version's trunk, or of the patches of B images
   */
  public Conditions conditions(long forStep, long version, float[] features) {
    Version kept = versions.get(version);
    if (kept == null) {
      throw new IllegalArgumentException(
          "the assigner at step %d does not keep version %d, but %s"
              .formatted(step, version, versions.keySet()));
    }
    int width = settings.network().width();
    try (NDManager scope = device.scope()) {
      NDArray x = scope.create(features).reshape(-1, width);
      int[] codes = codes(head.scores(scope, kept.weights(), x));
      int[] used = Arrays.stream(codes).sorted().distinct().toArray();
      NDArray rows = head.rows(scope, kept.weights().get(ProjectionHead.PROTOTYPES), used);
      return new Conditions(forStep, version, codes, used, rows.toFloatArray());
    }
  }

  /**
   * Everything: student.*, ema.*, moment1.*, moment2.*, counter.*, histogram, the step, the queue,
   * what is known of a collapse, and layouts where each patch has a code.
   */
  public WeightSet save() {
    if (!schedule.guided(step)) {
      try (NDManager scope = device.scope()) {
        average.reset(scope);
      }
    }
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    student.forEach((name, array) -> arrays.put("student." + name, array));
    average.arrays().forEach((name, array) -> arrays.put("ema." + name, array));
    arrays.putAll(optimizer.arrays());
    Map<String, HostTensor> state = ComputeDevice.copy(arrays);
    long learned = (long) state.get("counter." + ProjectionHead.PROTOTYPES).floats()[0];
    state.put("student." + BATCHES, HostTensor.of(new long[] {learned}));
    state.put("ema." + BATCHES, HostTensor.of(new long[] {learned}));
    state.put("histogram", statistics.save());
    balanced.save(state);
    state.put(COLLAPSE, watch.save());
    if (settings.condition().source().perPatch()) {
      state.put(LAYOUTS, layouts.save());
    }
    state.put("step", HostTensor.of(new long[] {step}));
    return new WeightSet(state);
  }

  /** Takes up a saved state; of the versions, the one that begins there if any. */
  public void restore(WeightSet state) {
    student.forEach((name, array) -> device.set(array, state.get("student." + name)));
    average.restore(state, "ema.");
    optimizer.restore(state);
    statistics.restore(state.get("histogram"));
    balanced.restore(state);
    if (state.has(COLLAPSE)) { // checkpoints did not always have it
      watch.restore(state.get(COLLAPSE));
    }
    if (settings.condition().source().perPatch()) {
      layouts.restore(state.get(LAYOUTS));
    }
    step = state.get("step").longs()[0];
    forgetVersions();
    keepVersion();
  }

  private void forgetVersions() {
    versions.values().forEach(version -> version.owner().close());
    versions.clear();
  }

  /**
   * Starts from given weights instead of random ones.
   *
   * @return names of the parameters that were not among them
   */
  public List<String> initialize(WeightSet weights) {
    student.forEach(
        (name, array) -> {
          if (weights.has(name)) {
            requireShape(name, weights.get(name).shape(), array.getShape().getShape());
            device.set(array, weights.get(name));
          }
        });
    try (NDManager scope = device.scope()) {
      average.reset(scope);
    }
    forgetVersions();
    keepVersion();
    return student.keySet().stream().filter(name -> !weights.has(name)).toList();
  }

  static void requireShape(String name, long[] given, long[] own) {
    if (!Arrays.equals(given, own)) {
      throw new IllegalArgumentException(
          "the initial weights have %s of shape %s, the assigner has %s: it must be of the same gnomon.model.width and gnomon.condition.prototypes"
              .formatted(name, Arrays.toString(given), Arrays.toString(own)));
    }
  }

  @Override
  public void close() {
    forgetVersions();
    optimizer.close();
    average.close();
    owner.close();
    balanced.close();
    head.close();
  }
}
