package dev.gnomon.launch;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.data.ImageGrid;
import dev.gnomon.model.data.ImageSets;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.diffusion.Passes;
import dev.gnomon.model.diffusion.SampleBlock;
import dev.gnomon.model.diffusion.SamplingSettings;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.training.TrainingSettings.Network;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gnomon sample}: images from the newest checkpoint of a run. */
@Command(
    name = "sample",
    description = "Makes images with the newest checkpoint of a run and writes them as a grid.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SampleCommand implements Callable<Integer> {

  private static final int MOST_PIXELS_ACROSS = 1200;

  /** Under which condition; without one of them, codes are drawn as often as the data has them. */
  static final class Condition {

    @Option(
        names = "--prototype",
        paramLabel = "K",
        description = "All images, with all their patches, under prototype K.")
    private Optional<Integer> prototype = Optional.empty();

    @Option(
        names = "--like",
        paramLabel = "IMAGE",
        description =
            "All images under the prototype that the model gives this PNG or JPEG, or those it gives"
                + " its patches.")
    private Optional<Path> like = Optional.empty();

    @Option(names = "--unconditional", description = "Without any prototype.")
    private boolean unconditional;
  }

  @Option(names = "--run", paramLabel = "DIR", required = true, description = "Folder of the run.")
  private Path run;

  @Option(
      names = "-n",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Number of images. Image i is the same whatever N is. Default: ${DEFAULT-VALUE}")
  private int count;

  @Mixin private SamplingOptions samplingOptions;

  @ArgGroup(exclusive = true)
  private Condition condition = new Condition();

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "Other seeds make other images. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the grid is written. Default: DIR/generated of the run.")
  private Optional<Path> out = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    samplingOptions.check();
    if (count < 1) {
      throw new UsageException("-n %d: expected at least 1".formatted(count));
    }
    new RunDirectory(run).holdLogs();
    PrintWriter console = spec.commandLine().getOut();
    TrainedModel model = TrainedModel.newest(run, console);
    SamplingSettings sampling = samplingOptions.over(model.settings().evaluation().sampling());
    try (ComputeDevice device = model.device();
        ImageSampler sampler = model.sampler(device)) {
      Optional<int[]> code = code(model, sampler);
      Network network = model.settings().training().network();
      int each = network.channels() * network.imageSize() * network.imageSize();
      byte[] pixels = new byte[Math.multiplyExact(count, each)];
      int evaluations = 0;
      Passes passes = Passes.NONE;
      for (int from = 0; from < count; from += ImageSampler.BLOCK) {
        SampleBlock block = block(sampler, from / ImageSampler.BLOCK, sampling, code);
        int taken = Math.min(ImageSampler.BLOCK, count - from);
        System.arraycopy(block.pixels(), 0, pixels, from * each, taken * each);
        evaluations += block.networkEvaluations();
        passes = passes.plus(block.passes());
      }
      Path grid =
          out.orElse(run.resolve("generated"))
              .resolve(fileName(model.checkpoint().step(), sampling, code));
      write(pixels, network, grid);
      console.printf(
          "%d images of step %,d, %s%s%s, %d network evaluations: %s%n",
          count,
          model.checkpoint().step(),
          SamplingOptions.words(sampling),
          sampler.guided() && !condition.unconditional
              ? ", guidance " + SamplingOptions.words(sampling.guidance())
              : "",
          code.map(SampleCommand::words).orElse(""),
          evaluations,
          grid);
      console.println(words(passes));
      console.flush();
    }
    return ExitCode.DONE;
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

  /** The codes that all images get, one or those of the patches. */
  private Optional<int[]> code(TrainedModel model, ImageSampler sampler) throws IOException {
    boolean asked = condition.prototype.isPresent() || condition.like.isPresent();
    if (!asked) {
      return Optional.empty();
    }
    int prototypes = sampler.histogram().length;
    if (prototypes == 0 || !sampler.guided()) {
      throw new UsageException(
          ("the newest checkpoint of %s has not learned to follow prototypes: it is of stage 1,"
                  + " or gnomon.condition.source is none or labels")
              .formatted(run));
    }
    if (condition.like.isPresent()) {
      Network network = model.settings().training().network();
      byte[] pixels =
          ImageSets.image(condition.like.get(), network.imageSize(), network.channels());
      ImageBatch one =
          new ImageBatch(
              0, network.channels(), network.imageSize(), pixels, new long[] {0}, new int[] {-1});
      int[] own = sampler.codes(one);
      if (own[0] < 0) {
        throw new UsageException(
            "--like: the codes of %s were given, the model makes none; use --prototype"
                .formatted(run));
      }
      return Optional.of(own);
    }
    int wanted = condition.prototype.get();
    if (wanted < 0 || wanted >= prototypes) {
      throw new UsageException(
          "--prototype %d: expected 0 to %d".formatted(wanted, prototypes - 1));
    }
    return Optional.of(new int[] {wanted});
  }

  private static String words(int[] codes) {
    return codes.length == 1 ? ", prototype " + codes[0] : ", prototypes of the image's patches";
  }

  /** A name for those codes in that order. */
  private static String layoutName(int[] codes) {
    return "%08x".formatted(Arrays.hashCode(codes));
  }

  private SampleBlock block(
      ImageSampler sampler, long block, SamplingSettings sampling, Optional<int[]> code) {
    if (code.isEmpty() && !condition.unconditional) {
      return sampler.sample(seed, block, sampling);
    }
    return sampler.sampleAlike(seed, block, sampling, code.orElse(new int[] {-1}));
  }

  private void write(byte[] pixels, Network network, Path grid) throws IOException {
    int columns = count <= 64 ? Math.min(8, count) : (int) Math.ceil(Math.sqrt(count));
    int scale = Math.max(1, Math.min(4, MOST_PIXELS_ACROSS / (columns * network.imageSize())));
    ImageGrid.of(pixels, count, network.channels(), network.imageSize(), columns, scale)
        .write(grid);
  }

  private String fileName(long step, SamplingSettings sampling, Optional<int[]> code) {
    String under =
        code.map(k -> k.length == 1 ? "-prototype-%03d".formatted(k[0]) : "-like-" + layoutName(k))
            .orElse(condition.unconditional ? "-unconditional" : "");
    return "step-%06d%s-%s-seed-%d-n%d.png"
        .formatted(step, under, SamplingOptions.fileWords(sampling), seed, count);
  }
}
