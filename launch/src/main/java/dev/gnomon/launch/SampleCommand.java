package dev.gnomon.launch;

import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.diffusion.Passes;
import dev.gnomon.model.diffusion.SampleBlock;
import dev.gnomon.model.diffusion.SamplingSettings;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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
    description = {
      "Makes images with the newest checkpoint of a run.",
      "Writes them as a grid, as files or as an archive; or shows how they come to be,",
      "what lies between two of them, and what a setting changes."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SampleCommand implements Callable<Integer> {

  private static final int IMAGES = 64;

  @Option(names = "--run", paramLabel = "DIR", required = true, description = "Folder of the run.")
  private Path run;

  @Option(
      names = "-n",
      paramLabel = "N",
      description =
          "Number of images. Image i is the same whatever N is. Default: 64; 8 rows with --chain"
              + " and --between-...; with --sweep each distance is computed on so many, in whole"
              + " blocks of 64, default the run's.")
  private Optional<Integer> count = Optional.empty();

  @Mixin private SamplingOptions samplingOptions;

  @ArgGroup(exclusive = true)
  private SampleCondition condition = new SampleCondition();

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "Other seeds make other images. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--as",
      paramLabel = "grid|files|npz",
      description =
          "One picture; a PNG file an image; or arr_0, uint8 [N, H, W, C], with codes as arr_1, as"
              + " evaluations of ADM read it. Default: grid.")
  private Optional<SampleFormat> format = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Where the run's images lie now, which --sweep compares with. Default: where they lay.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where it is written. Default: DIR/generated of the run.")
  private Optional<Path> out = Optional.empty();

  @ArgGroup(exclusive = false, heading = "%nInstead of plain samples, one of:%n")
  private SampleViews views = new SampleViews();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    samplingOptions.check();
    if (count.filter(n -> n < 1).isPresent()) {
      throw new UsageException("-n %d: expected at least 1".formatted(count.get()));
    }
    views.check(samplingOptions, condition, format);
    if (views.gridOnly() && count.isPresent()) {
      throw new UsageException(
          "-n %d: --grid-only shows the same few of each; leave one of the two out"
              .formatted(count.get()));
    }
    Optional<Interpolation> between = views.interpolation(count);
    new RunDirectory(run).holdLogs();
    PrintWriter console = spec.commandLine().getOut();
    TrainedModel model = TrainedModel.newest(run, console, data);
    Path folder = out.orElse(run.resolve("generated"));
    WholeFile.requireWritable(folder);
    SamplingSettings sampling = samplingOptions.over(model.settings().evaluation().sampling());
    try (ComputeDevice device = model.device();
        ImageSampler sampler = model.sampler(device)) {
      SampleJob job =
          new SampleJob(
              model, sampler, sampling, condition.of(model, sampler, run), seed, folder, console);
      if (job.condition().none() || !sampler.guided()) {
        samplingOptions.requireNoGuidance();
      } else {
        samplingOptions.requireUnconditional(model.settings().training().condition());
      }
      if (between.isPresent()) {
        between.get().make(job, run);
      } else if (views.chain()) {
        ChainPicture.make(job, count.orElse(SampleViews.ROWS));
      } else if (views.sweep().isPresent()) {
        new SweepPictures(views.sweep().get(), count, views.gridOnly()).make(job);
      } else {
        plain(job);
      }
    }
    return ExitCode.DONE;
  }

  private void plain(SampleJob job) throws IOException {
    int images = count.orElse(IMAGES);
    int evaluations = 0;
    Passes passes = Passes.NONE;
    try (SampleFormat.Sink sink = format.orElse(SampleFormat.GRID).open(job, images)) {
      for (int from = 0; from < images; from += ImageSampler.BLOCK) {
        SampleBlock block = job.block(from / ImageSampler.BLOCK, job.sampling());
        int each = block.pixels().length / ImageSampler.BLOCK;
        for (int i = 0; i < Math.min(ImageSampler.BLOCK, images - from); i++) {
          sink.add(
              block.pixels(), i * each, job.sampler().codesPerImage() == 1 ? block.codes()[i] : -1);
        }
        evaluations += block.networkEvaluations();
        passes = passes.plus(block.passes());
      }
      job.say(
          "%d images of %s, %d network evaluations".formatted(images, job.words(), evaluations),
          sink.finish(),
          Optional.of(passes));
    }
  }
}
