package dev.gnomon.model.training;

import dev.gnomon.model.Choice;
import dev.gnomon.model.diffusion.ProbabilityPath;
import java.util.Locale;

/**
 * Everything the numbers of a run depend on: (settings, images) determine every weight of every
 * step. Defaults and sources of each value stand in conf/defaults.conf.
 *
 * @param steps number of training steps
 * @param batchSize images a step
 * @param accumulate pieces in which a core works through its share of a batch, one after another
 * @param recomputeBlocks whether the backward pass runs each block again instead of keeping what it
 *     computed (gradient checkpointing); the same bits, in less memory
 * @param seed the only seed; every draw is a function of (seed, purpose, step)
 * @param boundary share of the steps that is stage 1, in [0, 1]
 * @param maxStaleness largest k - j(k), see {@link VersionSchedule}
 * @param publishEvery steps between weight versions
 * @param emaDecay decay d of the moving average, teacher = d teacher + (1 - d) student
 * @param path between noise and data, in whose time noise levels are
 */
public record TrainingSettings(
    long steps,
    int batchSize,
    int accumulate,
    boolean recomputeBlocks,
    long seed,
    Precision precision,
    double boundary,
    int maxStaleness,
    int publishEvery,
    double emaDecay,
    Network network,
    Condition condition,
    NoiseLevels noiseLevels,
    ProbabilityPath path,
    Optimizer optimizer) {

  /** Compute precision; weights, moments and averages are fp32 either way. */
  public enum Precision {
    FP32,
    BF16
  }

  /** Where conditions come from. */
  public enum Source implements Choice {
    NONE("no conditions"),
    LABELS("the labels of the images"),
    KMEANS("codes that images were given before the run, by k-means of a run's own features"),
    EXTERNAL("such codes by k-means of another network's features, such as DINO's"),
    BOOTSTRAP("the model's own prototypes, one an image: the method"),
    BOOTSTRAP_PATCH("the model's own prototypes, one a patch of an image");

    private final String meaning;

    Source(String meaning) {
      this.meaning = meaning;
    }

    /** Whether the run learns its codes itself, by teacher and assigner. */
    public boolean learnsCodes() {
      return this == BOOTSTRAP || this == BOOTSTRAP_PATCH;
    }

    /** Whether each patch of an image has a code of its own, instead of the image. */
    public boolean perPatch() {
      return this == BOOTSTRAP_PATCH;
    }

    /** Whether images are given their codes before the run, in a file. */
    public boolean given() {
      return this == KMEANS || this == EXTERNAL;
    }

    @Override
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String meaning() {
      return meaning;
    }

    @Override
    public String toString() {
      return word();
    }
  }

  /**
   * U-ViT.
   *
   * @param imageSize height and width in pixels
   * @param patch height and width of a patch; divides imageSize
   * @param width embedding dimension; heads divides it
   * @param depth blocks without the middle one; even
   * @param timeScale what t is multiplied with before the sinusoid
   */
  public record Network(
      int imageSize,
      int channels,
      int patch,
      int width,
      int depth,
      int heads,
      boolean qkvBias,
      boolean mlpTimeEmbed,
      boolean convolution,
      double timeScale) {

    /** Patch tokens of an image. */
    public int patches() {
      return (imageSize / patch) * (imageSize / patch);
    }

    /** The same with that many blocks besides the middle one. */
    public Network withDepth(int blocks) {
      return with(width, blocks);
    }

    /** The same with that embedding dimension. */
    public Network withWidth(int dimension) {
      return with(dimension, depth);
    }

    private Network with(int dimension, int blocks) {
      return new Network(
          imageSize,
          channels,
          patch,
          dimension,
          blocks,
          heads,
          qkvBias,
          mlpTimeEmbed,
          convolution,
          timeScale);
    }

    /** The values of an image. */
    public int values() {
      return channels * imageSize * imageSize;
    }
  }

  /**
   * Conditions and, where the run {@linkplain Source#learnsCodes() learns} them, how codes are.
   *
   * @param prototypes number of prototypes K
   * @param classes number of labels: conditions, or what learned codes are compared with
   * @param dropProbability share of samples, images or patches, that train under the null condition
   * @param epsilon entropic regularisation of Sinkhorn-Knopp
   * @param iterations iterations of Sinkhorn-Knopp
   * @param temperature of the student's softmax
   * @param weight of the Sinkhorn-Knopp loss after its ramp
   * @param maskedMean average that loss over the masked samples instead of the whole batch
   * @param maskedAssignment run Sinkhorn-Knopp on the masked samples alone (METHOD 1.9, item 6)
   * @param unconditionalTaps tap the student under the null condition (METHOD 1.9, item 7)
   * @param queue batches before it that Sinkhorn-Knopp balances a batch with (METHOD 4.2)
   */
  public record Condition(
      Source source,
      int prototypes,
      int classes,
      double dropProbability,
      double epsilon,
      int iterations,
      double temperature,
      double weight,
      boolean maskedMean,
      boolean maskedAssignment,
      boolean unconditionalTaps,
      int queue) {

    /** Codes that images are given, in a file or as their labels; 0 where they are given none. */
    public int givenCodes() {
      return source == Source.LABELS ? classes : source.given() ? prototypes : 0;
    }
  }

  /**
   * Noise levels 1 - t in the path's own time, 0 = data.
   *
   * @param teacher noise level at which the teacher sees an image
   * @param maskFrom least noise level that trains head and prototypes
   * @param maskTo greatest one
   */
  public record NoiseLevels(double teacher, double maskFrom, double maskTo) {}

  /**
   * AdamW with linear warm-up.
   *
   * @param clip largest global norm of each half's gradient; 0 = no clipping
   */
  public record Optimizer(
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      long warmup,
      double clip) {}

  /** The same, worked off in that many pieces. */
  public TrainingSettings withAccumulate(int pieces) {
    return with(batchSize, pieces, recomputeBlocks, network, path);
  }

  /** The same with that many images a step. */
  public TrainingSettings withBatchSize(int images) {
    return with(images, accumulate, recomputeBlocks, network, path);
  }

  /** The same with blocks run again on the way back. */
  public TrainingSettings withBlocksRunAgain() {
    return with(batchSize, accumulate, true, network, path);
  }

  /** The same with another network. */
  public TrainingSettings withNetwork(Network other) {
    return with(batchSize, accumulate, recomputeBlocks, other, path);
  }

  /** The same on another path. */
  public TrainingSettings withPath(ProbabilityPath other) {
    return with(batchSize, accumulate, recomputeBlocks, network, other);
  }

  private TrainingSettings with(
      int images, int pieces, boolean again, Network net, ProbabilityPath way) {
    return new TrainingSettings(
        steps,
        images,
        pieces,
        again,
        seed,
        precision,
        boundary,
        maxStaleness,
        publishEvery,
        emaDecay,
        net,
        condition,
        noiseLevels,
        way,
        optimizer);
  }

  /** Codes of an image: one, or one a patch, row by row. */
  public int codesPerImage() {
    return condition.source().perPatch() ? network.patches() : 1;
  }

  /**
   * Which samples Sinkhorn-Knopp balances together, in words: codes depend on it (METHOD 4.3). It
   * is the whole batch always, as one assigner has all of it.
   */
  public String sinkhornScope() {
    String batch =
        "%s of a batch of %,d %s"
            .formatted(
                condition.maskedAssignment() ? "the masked samples" : "all",
                (long) batchSize * codesPerImage(),
                condition.source().perPatch() ? "patches" : "images");
    return condition.queue() == 0
        ? batch
        : "%s, with those of the %d batches before it".formatted(batch, condition.queue());
  }

  /** The schedule of weight versions. Without a teacher there is nothing to publish. */
  public VersionSchedule schedule() {
    return new VersionSchedule(steps, boundaryStep(boundary, steps), publishEvery, maxStaleness);
  }

  /**
   * First step of stage 2, which begins after that share of the steps, whatever rounding makes of
   * it.
   */
  public static long boundaryStep(double boundary, long steps) {
    return (long) Math.floor(boundary * steps + 1e-6);
  }
}
