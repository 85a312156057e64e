package dev.gnomon.model.training;

import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.backbone.PassMemory;
import dev.gnomon.model.clustering.ProjectionHead;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.engine.Shards;
import dev.gnomon.model.engine.Shards.Shard;
import dev.gnomon.model.training.TrainingSettings.Precision;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * How much memory each part of a run takes under given settings, in bytes, before anything runs.
 * Weights are counted from the network's own list of parameters, passes by {@link PassMemory}; the
 * Javadoc of each part names the code it follows.
 */
public final class MemoryPlan {

  /**
   * What malloc keeps of freed memory beside what is alive, as a share of what a pass takes. A plan
   * of what is alive is right within 4 %; under the settings of launch/gnomon, which keep freed
   * memory for the next step, glibc's resident size was 1.3 to 1.8 times as large over eight shapes
   * (bf16 and fp32, one thread and two), and differs by a tenth from run to run.
   */
  private static final double KEPT_BY_MALLOC = 0.6;

  /**
   * The same where blocks are run again: smaller passes come and go in between, and freed memory
   * scatters; 1.6 to 2.6 times.
   */
  private static final double KEPT_WHERE_BLOCKS_RUN_AGAIN = 1.3;

  private static final int SINGLE = Float.BYTES;

  private final TrainingSettings settings;
  private final List<Parameter> parameters;
  private final long weights;
  private final int tokens;

  /**
   * Where a role computes, as far as its memory depends on it.
   *
   * @param threads that each work on a shard of a batch, on a CPU
   * @param bf16 whether it multiplies bf16 in hardware
   */
  public record Place(boolean cpu, int threads, boolean bf16) {}

  /** A part of a run and what it takes. */
  public record Part(String name, long bytes) {}

  public MemoryPlan(TrainingSettings settings) {
    this.settings = settings;
    Conditioning conditioning = new Conditioning(settings);
    this.parameters = conditioning.parameters();
    this.weights = PassMemory.bytes(parameters);
    this.tokens = conditioning.tokens();
  }

  /**
   * The trainer's: {@link TrunkState}'s student, average and moments, and the fullest moment of a
   * step, in which each shard is as far on its way back as the others.
   */
  public List<Part> trainer(Place place) {
    PassMemory pass = pass(place);
    boolean tapped = bootstrap();
    long activations = 0;
    long temporaries = 0;
    long gradients = 0;
    for (Shard shard : shards(settings.batchSize(), place)) {
      int pieces = Math.min(settings.accumulate(), shard.count());
      int images = (shard.count() - 1) / pieces + 1; // in the largest of Shard.cut
      PassMemory.Moment fullest = pass.training(images, parameters, tapped);
      activations += fullest.activations();
      temporaries += fullest.temporaries();
      gradients += fullest.gradients() + (pieces > 1 ? weights : 0);
    }
    long converted = pass.converted(parameters);
    return List.of(
        new Part("weights", weights),
        new Part("weights as bf16", converted),
        new Part("AdamW's moments", 2 * weights),
        new Part("moving average", weights),
        new Part("gradients", gradients),
        new Part("activations", activations),
        new Part("temporaries", temporaries),
        kept(
            place,
            settings.recomputeBlocks() ? KEPT_WHERE_BLOCKS_RUN_AGAIN : KEPT_BY_MALLOC,
            converted + gradients + activations + temporaries));
  }

  /** The teacher's, {@link TeacherState}: a version, and a pass forward to the middle block. */
  public List<Part> teacher(Place place) {
    PassMemory pass = pass(place);
    long features = inShards(settings.batchSize(), place, pass::features);
    return List.of(
        new Part("weights", weights + pass.converted(parameters)),
        new Part("activations", features),
        kept(place, KEPT_BY_MALLOC, features));
  }

  /**
   * The assigner's, {@link AssignerState}: head, prototypes, average, moments, gradients, a copy
   * for each version of use; and features [B, D], hidden layers [B, D / 2] and scores [B, K] on the
   * way there and back, of B codes; those of the queue, embeddings [B, D] and scores, on the way
   * there (ProjectionHead.SCORES, SinkhornKnopp).
   */
  public List<Part> assigner(Place place) {
    long head = headWeights();
    int width = settings.network().width();
    long rows = 8L * width + 6L * (width / 2) + 10L * settings.condition().prototypes();
    long queued =
        (long) settings.condition().queue() * settings.batchSize() * settings.codesPerImage();
    long queue = queued * (2L * width + 6L * settings.condition().prototypes()) * SINGLE;
    long work = (long) settings.batchSize() * settings.codesPerImage() * rows * SINGLE;
    return List.of(
        new Part("weights", 5 * head),
        new Part("weights of versions", settings.schedule().versionsOfUse() * head),
        new Part("activations", work),
        new Part("queue", queue),
        kept(place, KEPT_BY_MALLOC, work + queue));
  }

  /**
   * The evaluator's, ImageSampler: student, average and teacher of one checkpoint, each with its
   * converted copies, and a block of samples, twice as large where both branches of guidance run.
   * Where codes are compared with labels, the network before its first step is there as well, once.
   */
  public List<Part> evaluator(Place place, boolean guidance) {
    PassMemory pass = pass(place);
    int branches = guidance && settings.condition().source() != Source.NONE ? 2 : 1;
    long samples = inShards(ImageSampler.BLOCK, place, images -> pass.forward(branches * images));
    int networks = bootstrap() ? 4 : 2;
    return List.of(
        new Part("weights", networks * (weights + pass.converted(parameters)) + headWeights()),
        new Part("activations", samples),
        kept(place, KEPT_BY_MALLOC, samples));
  }

  /**
   * Weight versions in the registry, each a copy of the average outside the heap (HostCopies):
   * those of use, and two more, as the trainer is up to two steps ahead of what it knows to be
   * done.
   */
  public Part versions() {
    return new Part(
        "weight versions", bootstrap() ? (settings.schedule().versionsOfUse() + 2) * weights : 0);
  }

  /**
   * The copy of the whole state that is written, outside the heap and kept for the next: student,
   * average and both moments.
   */
  public Part checkpoint() {
    return new Part("copy for checkpoints", 4 * (weights + headWeights()));
  }

  /**
   * Batches of uint8 that a loader keeps and, in floats, images, noise and a shard's copies of both
   * at trainer and teacher (Draws).
   *
   * @param kept batches that loaders keep
   */
  public Part batches(int kept) {
    long values = (long) settings.batchSize() * settings.network().values();
    return new Part("batches", values * (kept + (bootstrap() ? 2 : 1) * 4 * SINGLE));
  }

  private long headWeights() {
    return bootstrap()
        ? PassMemory.bytes(
            ProjectionHead.parameters(
                settings.network().width(), settings.condition().prototypes()))
        : 0;
  }

  private boolean bootstrap() {
    return settings.condition().source().learnsCodes();
  }

  private PassMemory pass(Place place) {
    return new PassMemory(
        settings.network(),
        tokens,
        place.bf16() ? settings.precision() : Precision.FP32,
        settings.recomputeBlocks(),
        place.cpu());
  }

  private static List<Shard> shards(int images, Place place) {
    return Shards.of(images, place.cpu() ? place.threads() : 1);
  }

  private static long inShards(int images, Place place, IntToLongFunction bytes) {
    return shards(images, place).stream()
        .mapToLong(shard -> bytes.applyAsLong(shard.count()))
        .sum();
  }

  private static Part kept(Place place, double share, long work) {
    return new Part("kept by malloc", place.cpu() ? Math.round(share * work) : 0);
  }
}
