package dev.gnomon.launch;

import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.launch.progress.WorkLines;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.data.BatchOrder;
import dev.gnomon.model.data.DataSettings;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.data.ImageSetDigest;
import dev.gnomon.model.data.ImageSets;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.features.FeatureExtraction;
import dev.gnomon.model.features.FeatureFolder;
import dev.gnomon.model.features.FeatureSource;
import dev.gnomon.model.features.Pool;
import dev.gnomon.model.features.TrunkFeatures;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.protocol.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gnomon features}: features of a run's images, of its own network or of a foreign one. */
@Command(
    name = "features",
    description = {
      "Writes the features that a run's network gives its images.",
      "They are of chosen layers and noise levels, and .npy files: layer-LL-noise-N.npy,",
      "float32 [images, width]; and once labels.npy, int32 [images], -1 = none, and",
      "ids.npy, int64 [images].",
      "What is there already is not made again. gnomon kmeans clusters them."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class FeaturesCommand implements Callable<Integer> {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  @Option(names = "--run", paramLabel = "DIR", required = true, description = "Folder of the run.")
  private Path run;

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description = "Folder of a checkpoint. Default: the newest of the run that is whole.")
  private Optional<Path> checkpoint = Optional.empty();

  @Option(
      names = "--weights",
      paramLabel = "ema|student",
      defaultValue = "ema",
      description = "Which weights of it. Default: ${DEFAULT-VALUE}, the teacher's")
  private Weights weights;

  @Option(
      names = "--layers",
      paramLabel = "L",
      split = ",",
      description =
          "Blocks, counted from 0; with depth d the middle one is d / 2, the last one d."
              + " Default: all.")
  private List<Integer> layers = List.of();

  @Option(
      names = "--noise-levels",
      paramLabel = "N",
      split = ",",
      description =
          "Noise levels, 0 = data, 1 = noise. All layers of one take one pass over the images."
              + " Default: that of the run's teacher.")
  private List<Double> noiseLevels = List.of();

  @Option(
      names = "--pool",
      paramLabel = "cls|mean",
      description =
          "An image's own token, or the mean of its patches. Default: cls where the network has"
              + " one (condition source bootstrap), else mean.")
  private Optional<Pool> pool = Optional.empty();

  @Option(
      names = "-n",
      paramLabel = "N",
      description =
          "So many images, drawn by the seed. Default: all, which a run that trains under their codes"
              + " needs.")
  private Optional<Integer> count = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Other images than the run's, of the same kind, such as a held-out set"
              + " (t10k-images-idx3-ubyte.gz).")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description =
          "Of the noise, which is a function of it and of the image alone. Default:"
              + " ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--device",
      paramLabel = "cpu|gpuN",
      description = "Where. Default: the evaluator's device of the run.")
  private Optional<String> device = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Default: DIR/features/NAME of the run, after the checkpoint or the network.")
  private Optional<Path> out = Optional.empty();

  @ArgGroup(
      heading = "%nOf a foreign network, such as DINO, instead of the run's own:%n",
      exclusive = false)
  private ExternalNetwork foreign; // null without one

  @Spec private CommandSpec spec;

  /** Which weights of a checkpoint. */
  enum Weights {
    EMA,
    STUDENT
  }

  @Override
  public Integer call() throws IOException {
    check();
    if (!Files.isDirectory(run)) {
      throw new UsageException("--run %s: there is no such folder".formatted(run));
    }
    new RunDirectory(run).holdLogs();
    PrintWriter console = spec.commandLine().getOut();
    TrainedModel model =
        checkpoint.isPresent()
            ? TrainedModel.at(checkpoint.get())
            : TrainedModel.newest(run, console);
    checkPlace(model);
    Pool pooled = pool(model.settings());
    ImageSet images = ImageSets.open(images(model.settings().data()));
    long[] ids = ids(images.count());
    FeatureFolder folder =
        new FeatureFolder(out.orElseGet(() -> run.resolve("features").resolve(name(model))));
    try (ComputeDevice opened = device(model.settings());
        FeatureSource source = source(opened, model, pooled)) {
      List<Integer> chosen = chosen(source.layers().size());
      List<Double> levels = levels(model.settings());
      console.printf(
          "Features of %,d of %s: %s at noise %s, %d numbers each, in %s%n",
          ids.length,
          images.description(),
          chosen.size() == 1 ? "layer " + chosen.get(0) : chosen.size() + " layers",
          String.join(", ", levels.stream().map(String::valueOf).toList()),
          source.dimensions(),
          folder.path());
      console.flush();
      WorkLines lines = new WorkLines(console, "images", BETWEEN_LINES, System::nanoTime);
      FeatureExtraction.Outcome done =
          new FeatureExtraction(source, images, ids)
              .into(folder, origin(model, images, pooled, source), chosen, levels, lines::at);
      console.printf(
          "%d files written, %d were there.%nNext: launch/gnomon kmeans --features %s -k %d%n",
          done.made(),
          done.kept(),
          folder.path(),
          model.settings().training().condition().prototypes());
      console.flush();
    }
    return ExitCode.DONE;
  }

  private Optional<ExternalNetwork> external() {
    return Optional.ofNullable(foreign);
  }

  private void check() {
    external().ifPresent(ExternalNetwork::check);
    for (double level : noiseLevels) {
      if (!(level >= 0 && level <= 1)) {
        throw new UsageException(
            "--noise-levels %s: expected numbers in [0, 1], 0 = data".formatted(level));
      }
    }
    if (external().isPresent() && !(layers.isEmpty() && noiseLevels.isEmpty())) {
      throw new UsageException(
          "--network: a foreign network sees images without noise and has one layer; leave"
              + " --layers and --noise-levels out");
    }
    if (count.filter(n -> n < 1).isPresent()) {
      throw new UsageException("-n %d: expected at least 1".formatted(count.get()));
    }
  }

  /** Features lie with the run that they are of. */
  private void checkPlace(TrainedModel model) {
    boolean elsewhere = !model.checkpoint().directory().startsWith(whole(run));
    if (checkpoint.isPresent() && elsewhere && external().isEmpty() && out.isEmpty()) {
      throw new UsageException(
          "--checkpoint %s is of another run than --run %s; --out DIR says where its features go"
              .formatted(checkpoint.get(), run));
    }
  }

  private static Path whole(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private Pool pool(RunSettings settings) {
    Pool usual = external().isPresent() ? Pool.CLS : TrunkFeatures.usual(settings.training());
    if (pool.isPresent() && pool.get() == Pool.CLS && usual == Pool.MEAN) {
      throw new UsageException(
          "--pool cls: a network of gnomon.condition.source = %s has no such token; use mean"
              .formatted(settings.training().condition().source()));
    }
    return pool.orElse(usual);
  }

  /** The run's images, or others in their place, as the network sees them. */
  private DataSettings images(DataSettings of) {
    DataSettings at =
        new DataSettings(
            of.kind(), data.or(of::path), of.size(), of.channels(), of.seed(), of.flip());
    return external().map(network -> network.images(at)).orElse(at);
  }

  private long[] ids(int images) {
    if (count.filter(n -> n > images).isPresent()) {
      throw new UsageException(
          "-n %d: expected at most %d, which is how many images there are"
              .formatted(count.get(), images));
    }
    return BatchOrder.selection(seed, images, count.orElse(images));
  }

  private ComputeDevice device(RunSettings settings) {
    RoleSettings role = settings.role(Role.EVALUATOR);
    return Devices.open(device.orElse(role.device()), role.threads());
  }

  private FeatureSource source(ComputeDevice opened, TrainedModel model, Pool pooled) {
    TrainingSettings training = model.settings().training();
    if (external().isPresent()) {
      return external().get().open(opened, training.network().imageSize(), pooled);
    }
    String which = weights == Weights.EMA ? "ema." : "student.";
    return new TrunkFeatures(
        opened, training, model.checkpoint().weights("trunk").under(which), pooled, seed);
  }

  private List<Integer> chosen(int there) {
    for (int layer : layers) {
      if (layer < 0 || layer >= there) {
        throw new UsageException(
            "--layers %d: expected some of 0 to %d, the blocks of this network"
                .formatted(layer, there - 1));
      }
    }
    return layers.isEmpty()
        ? IntStream.range(0, there).boxed().toList()
        : layers.stream().distinct().sorted().toList();
  }

  private List<Double> levels(RunSettings settings) {
    if (external().isPresent()) {
      return List.of(0.0);
    }
    return noiseLevels.isEmpty()
        ? List.of(settings.training().noiseLevels().teacher())
        : noiseLevels.stream().distinct().sorted().toList();
  }

  private String name(TrainedModel model) {
    return external()
        .map(ExternalNetwork::name)
        .orElseGet(
            () ->
                "step-%06d-%s"
                    .formatted(model.checkpoint().step(), weights.name().toLowerCase(Locale.ROOT)));
  }

  /** What the features are of: all that they depend on. */
  private Map<String, String> origin(
      TrainedModel model, ImageSet images, Pool pooled, FeatureSource source) throws IOException {
    Map<String, String> origin = new LinkedHashMap<>();
    if (external().isPresent()) {
      origin.put("network", SavedFile.sha256(external().get().file()));
      origin.putAll(external().get().identity(model.settings().training().network().imageSize()));
    } else {
      origin.put("checkpoint", model.checkpoint().manifest().digest());
      origin.put("step", String.valueOf(model.checkpoint().step()));
      origin.put("weights", weights.name().toLowerCase(Locale.ROOT));
    }
    origin.put("pool", pooled.toString());
    origin.put("seed", String.valueOf(seed));
    origin.put("n", count.map(String::valueOf).orElse("all"));
    origin.put("set", String.valueOf(images.count()));
    origin.put(FeatureFolder.IMAGES_DIGEST, ImageSetDigest.of(images));
    origin.put("layers", String.join(" ", source.layers()));
    origin.put(FeatureFolder.IMAGES, images.description());
    return origin;
  }
}
