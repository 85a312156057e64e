package dev.gnomon.launch;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.data.ImageSets;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.training.TrainingSettings.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Under which condition; without one of them, codes are drawn as often as the data has them. */
final class SampleCondition {

  @Option(
      names = "--prototype",
      paramLabel = "K",
      description =
          "All images, with all their patches, under prototype K; under label K where"
              + " gnomon.condition.source = labels.")
  private Optional<Integer> prototype = Optional.empty();

  @Option(
      names = "--like",
      paramLabel = "IMAGE",
      description =
          "All images under the prototype that the model gives this PNG or JPEG, or those it gives its"
              + " patches.")
  private Optional<Path> like = Optional.empty();

  @Option(names = "--unconditional", description = "Without any prototype.")
  private boolean unconditional;

  /**
   * The condition that a checkpoint understands.
   *
   * @param alike codes that each image has, one or those of its patches; empty where each has its
   *     own
   * @param none whether they have none
   */
  record Wanted(Optional<int[]> alike, boolean none) {

    /** The codes of block {@code block}. */
    int[] codes(ImageSampler sampler, long seed, long block) {
      if (alike.isEmpty() && !none) {
        return sampler.drawn(seed, block);
      }
      return sampler.alike(alike.orElse(new int[] {-1}));
    }

    /** The codes of sample {@code index}. */
    int[] codesOf(ImageSampler sampler, long seed, long index) {
      int each = sampler.codesPerImage();
      int from = (int) (index % ImageSampler.BLOCK) * each;
      return Arrays.copyOfRange(
          codes(sampler, seed, index / ImageSampler.BLOCK), from, from + each);
    }

    /** As part of a file's name; one of an image's patches is the same for the same codes. */
    String fileWord() {
      return alike
          .map(
              k ->
                  k.length == 1
                      ? "-prototype-%03d".formatted(k[0])
                      : "-like-%08x".formatted(Arrays.hashCode(k)))
          .orElse(none ? "-unconditional" : "");
    }

    /** As part of a sentence. */
    String words() {
      return alike
          .map(k -> k.length == 1 ? ", prototype " + k[0] : ", prototypes of the image's patches")
          .orElse("");
    }
  }

  /** The option that was given; empty where images have codes as the data. */
  Optional<String> option() {
    if (unconditional) {
      return Optional.of("--unconditional");
    }
    return like.isPresent() ? Optional.of("--like") : prototype.map(k -> "--prototype");
  }

  /**
   * What was asked for.
   *
   * @throws UsageException where the checkpoint does not know it
   */
  Wanted of(TrainedModel model, ImageSampler sampler, Path run) throws IOException {
    if (prototype.isPresent()) {
      requireCode("--prototype", prototype.get(), sampler, run);
      return new Wanted(prototype.map(k -> new int[] {k}), false);
    }
    if (like.isPresent()) {
      requireCodes(sampler, run);
      return new Wanted(Optional.of(codesOf(like.get(), model, sampler, run)), false);
    }
    return new Wanted(Optional.empty(), unconditional);
  }

  private static int[] codesOf(Path image, TrainedModel model, ImageSampler sampler, Path run)
      throws IOException {
    Network network = model.settings().training().network();
    byte[] pixels = ImageSets.image(image, network.imageSize(), network.channels());
    ImageBatch one =
        new ImageBatch(
            0, network.channels(), network.imageSize(), pixels, new long[] {0}, new int[] {-1});
    int[] own = sampler.codes(one);
    if (own[0] < 0) {
      throw new UsageException(
          "--like: the codes of %s were given, the model makes none; use --prototype"
              .formatted(run));
    }
    return own;
  }

  /** Requires that a checkpoint has learned to follow that code. */
  static void requireCode(String option, int code, ImageSampler sampler, Path run) {
    int codes = requireCodes(sampler, run);
    if (code < 0 || code >= codes) {
      throw new UsageException("%s %d: expected 0 to %d".formatted(option, code, codes - 1));
    }
    if (!sampler.knows(code)) {
      throw new UsageException(
          "%s %d: %s was trained on no image that has it".formatted(option, code, run));
    }
  }

  private static int requireCodes(ImageSampler sampler, Path run) {
    if (!sampler.guided()) {
      throw new UsageException(
          ("the newest checkpoint of %s has not learned to follow prototypes: it is of stage 1,"
                  + " or gnomon.condition.source = none")
              .formatted(run));
    }
    return sampler.codeCount();
  }
}
