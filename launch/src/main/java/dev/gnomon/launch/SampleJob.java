package dev.gnomon.launch;

import dev.gnomon.model.data.ImageGrid;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.diffusion.Passes;
import dev.gnomon.model.diffusion.SampleBlock;
import dev.gnomon.model.diffusion.SamplingSettings;
import dev.gnomon.model.training.TrainingSettings.Network;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Images that are to be made, whatever is made of them.
 *
 * @param folder where they are written
 */
record SampleJob(
    TrainedModel model,
    ImageSampler sampler,
    SamplingSettings sampling,
    SampleCondition.Wanted condition,
    long seed,
    Path folder,
    PrintWriter out) {

  private static final int SCREEN = 48; // an image's least size on the screen, pixels

  Network network() {
    return model.settings().training().network();
  }

  /** Block {@code block} of the samples. */
  SampleBlock block(long block, SamplingSettings by) {
    return sampler.sample(seed, block, by, condition.codes(sampler, seed, block));
  }

  /** A file or folder of them, named after all that they depend on. */
  Path file(String ending) {
    return folder.resolve(
        "step-%06d-%.8s%s-%s-seed-%d%s"
            .formatted(
                model.checkpoint().step(),
                model.checkpoint().manifest().digest(),
                condition.fileWord(),
                SamplingOptions.fileWords(sampling),
                seed,
                ending));
  }

  /** A grid in which one sees each image well. */
  ImageGrid grid(List<byte[]> cells, int columns) {
    int scale = Math.max(1, (SCREEN + network().imageSize() - 1) / network().imageSize());
    return ImageGrid.of(cells, network().channels(), network().imageSize(), columns, scale);
  }

  /** How they are made, such as "step 400, euler, 30 steps, guidance 1.5, prototype 3". */
  String words() {
    boolean guided = sampler.guided() && !condition.none();
    return "step %,d, %s%s%s"
        .formatted(
            model.checkpoint().step(),
            SamplingOptions.words(sampling),
            guided ? ", guidance " + SamplingOptions.words(sampling.guidance()) : "",
            condition.words());
  }

  /** Says what came out, and where it is. */
  void say(String what, Path where, Optional<Passes> passes) {
    out.printf("%s: %s%n", what, where);
    passes.map(SampleJob::words).ifPresent(out::println);
    out.flush();
  }

  /** What it took of the network; all images of a block are made, however many are asked for. */
  private static String words(Passes passes) {
    if (passes.unconditional() + passes.saved() == 0) {
      return "The network saw %,d images".formatted(passes.conditional());
    }
    return ("The network saw %,d images with their condition and %,d without;"
            + " %,d without were saved (%.0f %% of all)")
        .formatted(
            passes.conditional(),
            passes.unconditional(),
            passes.saved(),
            100.0 * passes.saved() / (2 * passes.conditional()));
  }
}
