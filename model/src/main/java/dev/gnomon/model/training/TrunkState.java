package dev.gnomon.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.backbone.Backbone;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.diffusion.ProbabilityPath;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.GradientScope;
import dev.gnomon.model.engine.HostCopies;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.Shards.Shard;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.optim.AdamW;
import dev.gnomon.model.optim.MovingAverage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The trunk's half of the training state: the U-ViT, its moving average, and AdamW's moments. It
 * learns from the flow-matching loss alone; conditions are constants to it (METHOD 1.11).
 *
 * <p>In stage 1 the average is by definition the student; from the boundary on it follows.
 */
public final class TrunkState implements AutoCloseable {

  /** How many images were trained under each code, or label, that they are given: float64. */
  public static final String CODES = "codes";

  private final ComputeDevice device;
  private final TrainingSettings settings;
  private final StepDraws stepDraws;
  private final VersionSchedule schedule;
  private final Conditioning conditioning;
  private final ProbabilityPath path;
  private final Backbone backbone;
  private final List<Parameter> parameters;
  private final NDManager owner;
  private final Map<String, NDArray> student = new LinkedHashMap<>();
  private final MovingAverage average;
  private final AdamW optimizer;
  private final HostCopies versions; // of the average
  private final HostCopies whole; // of everything
  private final double[] codes; // images trained under each, where they are given
  private long step;

  /** A fresh trunk, its weights drawn from the seed. */
  public TrunkState(ComputeDevice device, TrainingSettings settings) {
    this(device, settings, StepDraws.seeded(settings));
  }

  /** A fresh trunk that trains on given draws. */
  public TrunkState(ComputeDevice device, TrainingSettings settings, StepDraws draws) {
    this.device = device;
    this.settings = settings;
    this.stepDraws = draws;
    this.schedule = settings.schedule();
    this.path = settings.path();
    this.conditioning = new Conditioning(settings);
    this.backbone = conditioning.backbone(device);
    this.parameters = backbone.parameters();
    this.owner = device.scope();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      student.put(parameter.name(), device.array(owner, parameter.initial(settings.seed(), i)));
    }
    this.average = new MovingAverage(device, settings.emaDecay(), student);
    this.optimizer = new AdamW(device, settings.optimizer(), parameters, student);
    this.codes = new double[settings.condition().givenCodes()];
    this.versions = new HostCopies(device, average.arrays());
    this.whole = new HostCopies(device, arrays());
  }

  private Map<String, NDArray> arrays() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    student.forEach((name, array) -> arrays.put("student." + name, array));
    average.arrays().forEach((name, array) -> arrays.put("ema." + name, array));
    arrays.putAll(optimizer.arrays());
    return arrays;
  }

  /** Steps done. */
  public long step() {
    return step;
  }

  /**
   * Trains one step on its batch.
   *
   * @throws NonFiniteLossException if the loss or the gradient is not finite; nothing was updated
   *     then
   */
  public TrunkStep step(ImageBatch batch, Conditions conditions) {
    if (batch.step() != step || conditions.step() != step) {
      throw new IllegalArgumentException(
          "step %d was given the batch of step %d and the conditions of step %d"
              .formatted(step, batch.step(), conditions.step()));
    }
    return step(stepDraws.of(batch), conditions, batch.labels());
  }

  /**
   * Counts the next step and trains nothing: weights, moments and average stay as they are. What
   * the schedule does between two steps it does here too: at the boundary the average is the
   * student.
   */
  public void skip() {
    step++;
    if (step == schedule.boundary()) {
      try (NDManager scope = device.scope()) {
        average.reset(scope);
      }
    }
  }

  private TrunkStep step(Draws draws, Conditions conditions, int[] labels) {
    try (NDManager scope = device.scope()) {
      Map<String, NDArray> weights = backbone.converted(scope, student);
      List<Share> shares =
          device
              .shards()
              .map(draws.times().length, shard -> learn(scope, weights, shard, draws, conditions));
      Share whole = shares.stream().reduce(Share::plus).orElseThrow();
      if (!Double.isFinite(whole.loss())) {
        throw new NonFiniteLossException("trainer", step, whole.loss());
      }
      double norm = optimizer.step(scope, step, whole.gradients());
      if (!Double.isFinite(norm)) {
        throw new NonFiniteLossException("trainer", "gradient norm", step, norm);
      }
      if (codes.length > 0) {
        for (int code : conditions.codes()) {
          codes[code]++;
        }
      }
      long done = step;
      step++;
      if (step == schedule.boundary()) {
        average.reset(scope);
      } else if (step > schedule.boundary()) {
        average.step(scope);
      }
      return new TrunkStep(
          done,
          whole.loss(),
          taps()
              ? Optional.of(
                  new Taps(
                      done, joined(whole.features()), draws.times(), labels, conditions.codes()))
              : Optional.empty());
    }
  }

  /**
   * What images of the batch add to the loss, their gradients, and their features if they are used.
   *
   * @param features of a piece after another
   * @param gradients empty where the loss is not finite
   */
  private record Share(double loss, List<float[]> features, Map<String, NDArray> gradients) {

    /** This and that of the images that follow, whose gradients go into these. */
    Share plus(Share next) {
      double sum = loss + next.loss;
      if (!Double.isFinite(sum)) {
        return new Share(sum, features, Map.of());
      }
      next.gradients.forEach(
          (name, gradient) -> {
            gradients.get(name).addi(gradient);
            gradient.close();
          });
      features.addAll(next.features);
      return new Share(sum, features, gradients);
    }
  }

  /**
   * Forward and back over a shard of the batch, a piece of it after another.
   *
   * @param gradientOwner whose the gradients will be
   * @param weights the student's, converted where the network can take them so
   */
  private Share learn(
      NDManager gradientOwner,
      Map<String, NDArray> weights,
      Shard shard,
      Draws draws,
      Conditions conditions) {
    return shard.cut(settings.accumulate()).stream()
        .map(piece -> learnPiece(gradientOwner, weights, piece, draws, conditions))
        .reduce(Share::plus)
        .orElseThrow();
  }

  private Share learnPiece(
      NDManager gradientOwner,
      Map<String, NDArray> weights,
      Shard shard,
      Draws all,
      Conditions allConditions) {
    int batch = all.times().length;
    Draws draws = all.part(shard.from(), shard.to());
    Conditions conditions = allConditions.part(shard.from(), shard.to(), batch);
    int size = settings.network().imageSize();
    Shape shape = new Shape(shard.count(), settings.network().channels(), size, size);
    try (NDManager scope = device.scope()) {
      NDArray times = scope.create(draws.times());
      NDArray images = scope.create(draws.images(), shape);
      NDArray noise = scope.create(draws.noise(), shape);
      NDArray input = path.input(path.at(images, noise, draws.times()), draws.times());
      NDArray target = path.target(images, noise, draws.times());
      String tap = backbone.featureTap();
      float[] features = new float[0];
      double loss;
      Map<String, NDArray> gradients;
      try (GradientScope recording = GradientScope.open(scope)) {
        Map<String, NDArray> leaves = new LinkedHashMap<>();
        weights.forEach(
            (name, weight) -> {
              if (conditioning.trains(name, guided())) {
                boolean recorded = weight == student.get(name);
                leaves.put(name, recorded ? recording.leaf(weight) : weight);
              }
            });
        NDArray condition =
            conditioning.tokens(scope, backbone, leaves, conditions, draws.dropped(), images);
        Backbone.TrainingPass pass =
            backbone.train(
                recording, scope, leaves, input, times, condition, taps() ? Set.of(tap) : Set.of());
        NDArray error = pass.velocity().sub(target);
        loss = error.square().mean().getFloat() * ((double) shard.count() / batch);
        if (!Double.isFinite(loss)) {
          return new Share(loss, new ArrayList<>(), Map.of());
        }
        if (taps()) {
          features = conditioning.features(pass.taps().get(tap));
        }
        long values = error.size() / shard.count() * batch;
        gradients = pass.gradients(error.mul(2f / values));
      }
      if (taps() && guided() && settings.condition().unconditionalTaps()) {
        features = unconditionalFeatures(scope, input, times);
      }
      gradients.values().forEach(gradient -> gradient.attach(gradientOwner));
      return new Share(loss, new ArrayList<>(List.of(features)), gradients);
    }
  }

  /** Rows of parts, one after another. */
  static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** Whether the assigner learns from this trunk's features. */
  private boolean taps() {
    return settings.condition().source().learnsCodes();
  }

  private boolean guided() {
    return schedule.guided(step);
  }

  private float[] unconditionalFeatures(NDManager scope, NDArray input, NDArray times) {
    NDArray condition = conditioning.unconditional(scope, backbone, student, input);
    return conditioning.features(
        backbone.features(scope, student, input, times, condition, backbone.featureTap()));
  }

  /**
   * The moving average after {@link #step()} steps: version step, for whoever needs it. Its memory
   * serves for a later version where it is {@linkplain WeightSet#release released}.
   */
  public WeightSet version() {
    rest();
    return versions.copy();
  }

  /**
   * Everything: student.*, ema.*, moment1.*, moment2.*, counter.*, and the step. Its memory serves
   * for the next checkpoint where it is {@linkplain WeightSet#release released}.
   */
  public WeightSet save() {
    rest();
    Map<String, HostTensor> more = new LinkedHashMap<>();
    more.put("step", HostTensor.of(new long[] {step}));
    if (codes.length > 0) {
      more.put(CODES, HostTensor.of(codes, codes.length));
    }
    return whole.copy().with(more);
  }

  /** Sets memory aside, so that the first checkpoint takes no longer than the others. */
  public void prepareToSave() {
    whole.reserve();
  }

  private void rest() {
    if (!guided()) {
      try (NDManager scope = device.scope()) {
        average.reset(scope);
      }
    }
  }

  /** Takes up a saved state. */
  public void restore(WeightSet state) {
    student.forEach((name, array) -> device.set(array, state.get("student." + name)));
    average.restore(state, "ema.");
    optimizer.restore(state);
    if (state.has(CODES)) { // labels were not counted once
      System.arraycopy(state.get(CODES).doubles(), 0, codes, 0, codes.length);
    }
    step = state.get("step").longs()[0];
  }

  /**
   * Starts from given weights instead of random ones.
   *
   * @param given weights of a network of this shape, by the names of its state dict, whatever its
   *     source of conditions; what it lacks stays
   * @return names of the parameters that were not among them
   */
  public List<String> initialize(WeightSet given) {
    WeightSet weights = InitialWeights.fitted(given, settings, parameters);
    List<String> missing =
        InitialWeights.checked(
            student.keySet().stream().filter(name -> !weights.has(name)).toList(), student.size());
    student.forEach(
        (name, array) -> {
          if (weights.has(name)) {
            device.set(array, weights.get(name));
          }
        });
    try (NDManager scope = device.scope()) {
      average.reset(scope);
    }
    return missing;
  }

  @Override
  public void close() {
    optimizer.close();
    average.close();
    owner.close();
    backbone.close();
  }
}
