package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.backbone.Backbone;
import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.clustering.CodeLayouts;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.engine.Noise.Purpose;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerState;
import dev.gnomon.model.training.Conditioning;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.Draws;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.model.training.TrunkState;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Draws images from a checkpoint, and leads images back to noise. Block j of samples is a function
 * of (checkpoint, seed, j), and a block is always run whole, so that an image does not depend on
 * how many were asked for.
 */
public final class ImageSampler implements AutoCloseable {

  /** Images in a block. */
  public static final int BLOCK = 64;

  private final ComputeDevice device;
  private final TrainingSettings settings;
  private final Conditioning conditioning;
  private final Backbone backbone;
  private final NDManager owner;
  private final Map<String, NDArray> student;
  private final Map<String, NDArray> average;
  private final Optional<CodeBook> book;
  private final CodeChoice choice;
  private final int codesPerImage;
  private final boolean guided;

  /**
   * What a checkpoint sees in images.
   *
   * @param codes of each, -1 in a run without an assigner
   * @param closeness score of that code; empty without codes
   * @param features of the teacher, [count, width]; empty without codes
   */
  public record Look(int[] codes, float[] closeness, float[] features) {}

  /**
   * A sampler of a checkpoint.
   *
   * @param trunk the trunk's half
   * @param assigner the assigner's half, where the source has one
   */
  public ImageSampler(
      ComputeDevice device,
      TrainingSettings settings,
      WeightSet trunk,
      Optional<WeightSet> assigner) {
    this.device = device;
    this.settings = settings;
    this.codesPerImage = settings.codesPerImage();
    long step = trunk.get("step").longs()[0];
    this.conditioning = new Conditioning(settings);
    this.backbone = conditioning.backbone(device);
    this.owner = device.scope();
    try {
      this.student = weights(trunk.under("student."));
      this.average = weights(trunk.under("ema."));
      this.book = assigner.map(half -> new CodeBook(device, settings, trunk, half));
    } catch (RuntimeException failure) {
      owner.close();
      backbone.close();
      throw failure;
    }
    this.guided =
        switch (settings.condition().source()) {
          case NONE -> false;
          case LABELS, KMEANS, EXTERNAL -> true;
          case BOOTSTRAP, BOOTSTRAP_PATCH -> step > settings.schedule().boundary();
        };
    this.choice =
        new CodeChoice(
            settings.condition(), codesPerImage, histogram(trunk), layouts(assigner), guided);
  }

  /** Images of each code: those of recent batches, or all that the trunk itself has counted. */
  private double[] histogram(WeightSet trunk) {
    double[] trained =
        trunk.has(TrunkState.CODES) ? trunk.get(TrunkState.CODES).doubles() : new double[0];
    return book.map(CodeBook::histogram).orElse(trained);
  }

  private static int[] layouts(Optional<WeightSet> assigner) {
    return assigner
        .filter(half -> half.has(AssignerState.LAYOUTS))
        .map(half -> CodeLayouts.codes(half.get(AssignerState.LAYOUTS)))
        .orElse(new int[0]);
  }

  /** A trunk's weights as the network computes with them. */
  private Map<String, NDArray> weights(WeightSet trunk) {
    Map<String, NDArray> all = new LinkedHashMap<>();
    for (Parameter parameter : backbone.parameters()) {
      all.put(parameter.name(), device.array(owner, trunk.get(parameter.name())));
    }
    return backbone.converted(owner, all);
  }

  /** Whether this checkpoint has learned to follow codes. */
  public boolean guided() {
    return guided;
  }

  /**
   * How often each code was trained under: in recent batches where the model makes them itself, in
   * all where they, or labels, are given. Empty without codes.
   */
  public double[] histogram() {
    return choice.histogram().clone();
  }

  /** Codes of an image: one, or one a patch, row by row. */
  public int codesPerImage() {
    return codesPerImage;
  }

  /**
   * Block {@code block} of samples, under codes drawn as the training images' are: where each patch
   * has one, under the layouts of images that were trained on, or nothing before there are any.
   */
  public SampleBlock sample(long seed, long block, SamplingSettings sampling) {
    return sample(seed, block, sampling, drawn(seed, block));
  }

  /**
   * The codes of a block as they are drawn, as often as the training images have them; where each
   * patch has one, layouts of images that were trained on.
   */
  public int[] drawn(long seed, long block) {
    return choice.drawn(seed, block, BLOCK);
  }

  /** The noise that sample {@code index} starts from, [channels, size, size]. */
  public float[] noise(long seed, long index) {
    int values = settings.network().values();
    return Noise.normals(seed, Purpose.SAMPLE_NOISE, index / BLOCK, index % BLOCK * values, values);
  }

  /**
   * The codes of a block whose images all have the same.
   *
   * @param image the codes of an image; one alone is that of all its patches, -1 = without any
   */
  public int[] alike(int... image) {
    return choice.alike(BLOCK, image);
  }

  /** How many codes, or labels, a guided checkpoint follows: 0 to this. */
  public int codeCount() {
    return choice.weights().length;
  }

  /**
   * Whether a checkpoint knows what a code means: a prototype says it itself, a code that images
   * are given is learned from those that have it.
   */
  public boolean knows(int code) {
    return settings.condition().givenCodes() == 0 || choice.weights()[code] > 0;
  }

  /**
   * Samples of block {@code block} under given codes, as many of each image as it has; all -1 =
   * without any.
   *
   * @throws IllegalArgumentException if codes are asked of a checkpoint that has not learned them
   */
  public SampleBlock sample(long seed, long block, SamplingSettings sampling, int[] given) {
    return sample(seed, block, sampling, given, null);
  }

  /**
   * The same, which tells what its first images are estimated to become on the way.
   *
   * @param estimates to be told, by a solver whose images share their steps
   */
  public SampleBlock sample(
      long seed, long block, SamplingSettings sampling, int[] given, DataEstimates estimates) {
    float[] noise =
        Noise.normals(
            seed, Purpose.SAMPLE_NOISE, block, count(given) * settings.network().values());
    StepNoise stepNoise = (step, count) -> stepNoise(seed, block, step, count);
    return images(noise, Blend.of(given, count(given)), sampling, stepNoise, estimates);
  }

  /**
   * The images that start from given noise, by a solver that adds none.
   *
   * @param noise standard normal, [count, channels, size, size]
   * @param given codes of each, [count * codes of an image]; all -1 = without any
   */
  public SampleBlock images(float[] noise, int[] given, SamplingSettings sampling) {
    return images(noise, Blend.of(given, count(given)), sampling);
  }

  /** The same under conditions between two codes. */
  public SampleBlock images(float[] noise, Blend given, SamplingSettings sampling) {
    return images(noise, given, sampling, StepNoise.NONE, null);
  }

  private SampleBlock images(
      float[] noise,
      Blend given,
      SamplingSettings sampling,
      StepNoise stepNoise,
      DataEstimates estimates) {
    ProbabilityPath path = settings.path();
    try (NDManager scope = device.scope()) {
      SampleField field = field(scope, given, sampling, sampling.guidance()).telling(estimates);
      NDArray initial = scope.create(noise, shape(given.count()));
      if (path.sigma(0) != 1) {
        initial = initial.mul(path.sigma(0));
      }
      Solver solver = sampling.solver().solver(path, stepNoise);
      Solver.Solution end = solver.solve(initial, field, 0, path.samplingEnd());
      return new SampleBlock(
          pixels(end.state().toFloatArray()),
          given.from().clone(),
          end.evaluations(),
          field.passes());
    }
  }

  /**
   * The noise that images start from: the way back, by a solver that can go it. Guidance does not
   * stop on it, as nobody knows yet where it would have.
   *
   * @param pixels uint8 [count, channels, size, size]
   * @param given codes of each, [count * codes of an image]; all -1 = without any
   * @return [count, channels, size, size]
   */
  public float[] noise(byte[] pixels, int[] given, SamplingSettings sampling) {
    SolverKind kind = sampling.solver().kind();
    if (!kind.reversible()) {
      throw new IllegalArgumentException(
          "%s only goes from noise to images; take one that also goes back, such as dopri5"
              .formatted(kind.word()));
    }
    ProbabilityPath path = settings.path();
    try (NDManager scope = device.scope()) {
      Blend each = Blend.of(given, count(given));
      SampleField field = field(scope, each, sampling, sampling.guidance().withoutStop());
      NDArray images = scope.create(Draws.images(pixels), shape(each.count()));
      Solver solver = sampling.solver().solver(path, StepNoise.NONE);
      NDArray start = solver.solve(images, field, path.samplingEnd(), 0).state();
      return start.div(path.sigma(0)).toFloatArray();
    }
  }

  /** How many images have these codes. */
  private int count(int[] codes) {
    if (codes.length % codesPerImage != 0) {
      throw new IllegalArgumentException(
          "%d codes are of no number of images, which have %d each"
              .formatted(codes.length, codesPerImage));
    }
    return codes.length / codesPerImage;
  }

  private Shape shape(int count) {
    int size = settings.network().imageSize();
    return new Shape(count, settings.network().channels(), size, size);
  }

  private SampleField field(
      NDManager scope, Blend given, SamplingSettings sampling, Guidance guidance) {
    if (given.conditional() && !guided) {
      throw new IllegalArgumentException(
          "this checkpoint has not learned to follow codes: it is of stage 1, or its condition"
              + " source is none; sample without a prototype");
    }
    Map<String, NDArray> weights = sampling.ema() ? average : student;
    boolean guide = given.conditional() && guidance.strength() != 0;
    NDArray condition = condition(scope, weights, given.from(), given.conditional(), guide);
    if (given.between()) {
      NDArray other = condition(scope, weights, given.to(), given.conditional(), guide);
      condition = between(condition, other, given.shares());
    }
    return new SampleField(
        device,
        backbone,
        settings.path(),
        weights,
        condition,
        given.count(),
        guide ? guidance : Guidance.NONE);
  }

  /**
   * Tokens on the line between two; those of the null condition, which may follow, are the same.
   */
  private static NDArray between(NDArray from, NDArray to, float[] shares) {
    float[] each = Arrays.copyOf(shares, Math.toIntExact(from.getShape().get(0)));
    long[] column = new long[from.getShape().dimension()];
    Arrays.fill(column, 1);
    column[0] = each.length;
    NDArray share = from.getManager().create(each, new Shape(column));
    return from.mul(share.mul(-1).add(1)).add(to.mul(share));
  }

  /** The noise of a step of a stochastic solver: an image's is its own, however many there are. */
  private static float[] stepNoise(long seed, long block, int step, int count) {
    return Noise.normals(seed, Purpose.SAMPLE_STEP, (long) step << 32 | block, count);
  }

  /** Condition tokens of samples; with guidance those of the null condition follow. */
  private NDArray condition(
      NDManager scope,
      Map<String, NDArray> weights,
      int[] given,
      boolean conditional,
      boolean guide) {
    if (settings.condition().source() == Source.NONE) {
      return null;
    }
    NDArray any = scope.zeros(new Shape(count(given)));
    boolean[] nothing = new boolean[given.length];
    boolean[] everything = new boolean[given.length];
    Arrays.fill(everything, true);
    if (!conditional) {
      if (settings.condition().source().learnsCodes() && !guided) {
        return conditioning.unconditional(scope, backbone, weights, any);
      }
      return conditioning.tokens(
          scope, backbone, weights, conditions(scope, new int[given.length]), everything, any);
    }
    Conditions wanted = conditions(scope, given);
    NDArray tokens = conditioning.tokens(scope, backbone, weights, wanted, nothing, any);
    return guide
        ? tokens.concat(conditioning.tokens(scope, backbone, weights, wanted, everything, any))
        : tokens;
  }

  private Conditions conditions(NDManager scope, int[] given) {
    return book.map(known -> known.conditions(scope, given))
        .orElseGet(() -> Conditions.codes(0, given));
  }

  /**
   * Codes of images as the teacher gives them, those of an image one after another; -1 in a run
   * without an assigner. The noise is that of the batch's number.
   */
  public int[] codes(ImageBatch images) {
    return look(images).codes();
  }

  /** What the teacher sees in images, and the codes that follow, as {@link #codes} says. */
  public Look look(ImageBatch images) {
    if (book.isEmpty()) {
      int[] nothing = new int[images.count() * codesPerImage];
      Arrays.fill(nothing, -1);
      return new Look(nothing, new float[0], new float[0]);
    }
    return book.get().look(images);
  }

  /**
   * [-1, 1] to uint8, clamped and rounded half up.
   *
   * @throws ArithmeticException where one is not a number
   */
  static byte[] pixels(float[] images) {
    byte[] pixels = new byte[images.length];
    for (int i = 0; i < images.length; i++) {
      if (Float.isNaN(images[i])) {
        throw new ArithmeticException(
            "a sample is not a number; the weights are damaged, or guidance is too strong");
      }
      double value = Math.floor((images[i] + 1) * 127.5 + 0.5);
      pixels[i] = (byte) Math.max(0, Math.min(255, value));
    }
    return pixels;
  }

  @Override
  public void close() {
    book.ifPresent(CodeBook::close);
    owner.close();
    backbone.close();
  }
}
