package dev.gnomon.launch;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.gnomon.actors.node.Gnomon;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.StepReport;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.launch.progress.EachLine;
import dev.gnomon.launch.report.Report;
import dev.gnomon.launch.report.RunRecord;
import dev.gnomon.launch.reproduce.Experiment;
import dev.gnomon.launch.reproduce.Job;
import dev.gnomon.launch.reproduce.JobWork;
import dev.gnomon.launch.reproduce.Mode;
import dev.gnomon.launch.reproduce.StoppedException;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.engine.WholeFile;
import dev.gnomon.model.features.ImageCodes;
import dev.gnomon.model.metrics.ClusterAgreement;
import dev.gnomon.model.training.TrainingSettings.Precision;
import dev.gnomon.protocol.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the jobs of an experiment in this process: trains as {@code gnomon train} does, gives codes
 * by {@code gnomon features} and {@code gnomon kmeans}, and scores. Runs lie in runs/ of its
 * folder, codes in codes/, each under the name of its job.
 */
final class ExperimentWork implements JobWork, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ExperimentWork.class);

  private static final String INIT = "gnomon.init";

  private final Path out;
  private final String images;
  private final ExperimentScores scores;

  /**
   * @param out folder of runs and codes
   * @param images digest of those that all runs train on
   * @throws DataException where runs in {@code out} were begun on others
   */
  ExperimentWork(Path out, Experiment experiment, String images) throws IOException {
    this.out = out;
    this.images = images;
    requireImages();
    this.scores =
        new ExperimentScores(RunSettings.from(experiment.base()), experiment.classifierSteps());
  }

  private void requireImages() throws IOException {
    Path kept = out.resolve("images.sha256");
    if (!Files.exists(kept)) {
      WholeFile.write(kept, (images + "\n").getBytes(StandardCharsets.US_ASCII));
    } else if (!Files.readString(kept).strip().equals(images)) {
      throw new DataException(
          "%s: runs there were begun on other images; name theirs by --data, or choose another --out"
              .formatted(out));
    }
  }

  @Override
  public boolean hasLeft(Job job) {
    try {
      if (job.task() instanceof Job.Train train) {
        return checkpoint(job, train.steps()).isPresent();
      }
      return !(job.task() instanceof Job.Cluster cluster) || Files.exists(codes(job, cluster));
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public Outcome perform(Job job, Going going) throws Exception {
    Outcome outcome = done(job, going);
    Map<String, String> origin = new LinkedHashMap<>(outcome.origin());
    origin.put(IMAGES, images);
    return new Outcome(outcome.scores(), origin);
  }

  private Outcome done(Job job, Going going) throws Exception {
    if (job.task() instanceof Job.Train train) {
      return train(job, train, going);
    }
    try (StopSignal cut =
        StopSignal.cutting(
            job.name() + " was cut off; the same command begins it anew, and goes on")) {
      if (job.task() instanceof Job.Cluster cluster) {
        return cluster(job, cluster, going);
      }
      Job.Score score = (Job.Score) job.task();
      Checkpoint checkpoint = whole(job.needs().get(0), score.step());
      Map<String, String> origin = new LinkedHashMap<>(weights(checkpoint));
      if (score.agreement().isPresent()) {
        origin.put(POOL, MEAN);
      }
      return new Outcome(scores.of(checkpoint, score, going), origin);
    }
  }

  @Override
  public void close() {
    scores.close();
  }

  private Path run(Job job) {
    return out.resolve("runs").resolve(job.fileName());
  }

  private Outcome train(Job job, Job.Train train, Going going) throws Exception {
    RunSettings settings = RunSettings.from(configuration(job, train));
    Plugins.check(settings);
    RunDirectory directory = new RunDirectory(run(job));
    AvailableMemory available = AvailableMemory.here(); // before images are in it
    SeenImages images = SeenImages.of(TrainingImages.of(settings));
    new MemoryCheck(settings, EnumSet.allOf(Role.class), images.bytes(), available).require();
    boolean begun = directory.hasCheckpoints();
    if (begun && directory.hasConfiguration()) {
      goesOn(directory, settings);
    }
    directory.keep(settings.resolved());
    if (!begun) {
      begin(settings, directory);
    }
    Gnomon running = Gnomon.start(settings, directory.path(), new Told(going));
    try (StopSignal stopping = StopSignal.to(running::stop, settings.deadlines().stop())) {
      RunSummary summary = running.await();
      Report.write(directory.path());
      switch (summary.outcome()) {
        case DONE -> {
          return new Outcome(scores(directory, settings, images), origin(job, train, settings));
        }
        case STOPPED ->
            throw new StoppedException(
                "%s stopped at step %,d".formatted(job.name(), summary.step()));
        default -> throw new IOException(summary.cause());
      }
    }
  }

  /** Refuses to go on with a run that was begun under other settings. */
  private static void goesOn(RunDirectory directory, RunSettings settings) {
    Config now = settings.resolved();
    // Where the weights lay that it began with is of no more interest.
    Config before = directory.startedWith().withValue(INIT, now.getValue(INIT));
    Continuation.check(
        before, now, directory.path(), "remove this folder, and it is trained again");
  }

  /** From a run that was the same up to its stage 2, where there is one. */
  private void begin(RunSettings settings, RunDirectory directory) throws IOException {
    List<Checkpoint> shared = SharedBeginning.in(out.resolve("runs"), settings, directory);
    for (Checkpoint checkpoint : shared) { // by step: where this is cut off, the rest is trained
      directory.take(checkpoint);
    }
    if (!shared.isEmpty()) {
      Path from = shared.get(shared.size() - 1).directory();
      LOG.info("{} begins at {}", directory.path().getFileName(), from);
    }
  }

  private static Map<String, String> weights(Checkpoint checkpoint) {
    return Map.of(WEIGHTS, checkpoint.manifest().digest());
  }

  private Map<String, String> origin(Job job, Job.Train train, RunSettings settings)
      throws IOException {
    Map<String, String> origin = new LinkedHashMap<>(weights(whole(job, train.steps())));
    boolean bf16 =
        settings.training().precision() == Precision.BF16
            && Machine.multipliesBf16(settings.role(Role.TRAINER).device());
    origin.put(PRECISION, bf16 ? "bf16" : "fp32");
    return origin;
  }

  /** With the files that it begins with, which other jobs have made. */
  private Config configuration(Job job, Job.Train train) throws IOException {
    Config config = train.config();
    for (Job need : job.needs()) {
      if (need.task() instanceof Job.Train) {
        long step = train.begin().orElseThrow();
        Path weights = whole(need, step).directory().resolve("trunk.safetensors");
        config = with(config, INIT, weights);
      } else if (need.task() instanceof Job.Cluster cluster) {
        config = with(config, "gnomon.condition.codes", codes(need, cluster));
        config = with(config, "gnomon.condition.codes-digest", "");
      }
    }
    return Configuration.kept(config, List.of());
  }

  private static Config with(Config config, String key, Object value) {
    Object plain = value instanceof Path path ? path.toAbsolutePath().toString() : value;
    return config.withValue(key, ConfigValueFactory.fromAnyRef(plain));
  }

  private Outcome cluster(Job job, Job.Cluster cluster, Going going) throws IOException {
    Job of = job.needs().get(0);
    Checkpoint checkpoint = whole(of, cluster.step());
    Path features = features(job);
    List<String> command =
        new ArrayList<>(
            List.of(
                "features",
                "--run",
                run(of).toString(),
                "--checkpoint",
                checkpoint.directory().toString(),
                "--out",
                features.toString()));
    settings(of)
        .data()
        .path()
        .ifPresent(path -> command.addAll(List.of("--data", path.toString())));
    command.addAll(options(cluster.codes(), settings(of)));
    run(command, going);
    String clusters = String.valueOf(cluster.clusters());
    run(List.of("kmeans", "--features", features.toString(), "-k", clusters), going);
    ImageCodes codes = ImageCodes.read(codes(job, cluster));
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("images", (double) codes.codes().length);
    if (codes.labels()[0] >= 0) {
      scores.put("nmi", ClusterAgreement.nmi(codes.labels(), codes.codes()));
      scores.put("ari", ClusterAgreement.ari(codes.labels(), codes.codes()));
      scores.put("ami", ClusterAgreement.ami(codes.labels(), codes.codes()));
    }
    return new Outcome(
        scores, cluster.codes() instanceof Mode.OwnCodes ? weights(checkpoint) : Map.of());
  }

  private static List<String> options(Mode.Codes codes, RunSettings of) {
    List<String> options = new ArrayList<>();
    if (codes instanceof Mode.OwnCodes own) {
      int middle = of.training().network().depth() / 2;
      double teacher = of.training().noiseLevels().teacher();
      options.addAll(List.of("--layers", String.valueOf(own.layer().orElse(middle))));
      options.addAll(List.of("--noise-levels", String.valueOf(own.noiseLevel().orElse(teacher))));
    } else if (codes instanceof Mode.ForeignCodes foreign) {
      options.addAll(List.of("--network", foreign.network().orElseThrow().toString()));
      foreign
          .imageSize()
          .ifPresent(size -> options.addAll(List.of("--image-size", String.valueOf(size))));
      if (!foreign.mean().isEmpty()) {
        options.addAll(List.of("--mean", joined(foreign.mean())));
      }
      if (!foreign.deviation().isEmpty()) {
        options.addAll(List.of("--std", joined(foreign.deviation())));
      }
    }
    return options;
  }

  private static String joined(List<Double> numbers) {
    return String.join(",", numbers.stream().map(String::valueOf).toList());
  }

  private static RunSettings settings(Job trained) {
    return RunSettings.from(((Job.Train) trained.task()).config());
  }

  /** As a person would, in this process. */
  private static void run(List<String> command, Going going) throws IOException {
    EachLine said = new EachLine(line -> going.at(line, OptionalDouble.empty()));
    PrintWriter writer = new PrintWriter(said, true);
    int code = Main.run(writer, writer, command.toArray(String[]::new));
    if (code != ExitCode.DONE) {
      throw new IOException(
          "gnomon %s ended with exit code %d: %s"
              .formatted(String.join(" ", command), code, said.toString().strip()));
    }
  }

  private Path features(Job job) {
    return out.resolve("codes").resolve(job.fileName());
  }

  private Path codes(Job job, Job.Cluster cluster) throws IOException {
    Path folder = features(job).resolve("kmeans-" + cluster.clusters());
    if (!Files.isDirectory(folder)) {
      return folder.resolve("none");
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".safetensors"))
          .findFirst()
          .orElse(folder.resolve("none"));
    }
  }

  private Checkpoint whole(Job trained, long step) throws IOException {
    return checkpoint(trained, step)
        .orElseThrow(
            () ->
                new IOException(
                    "%s has no checkpoint of step %d that is whole; remove the folder, and it is trained again"
                        .formatted(run(trained), step)));
  }

  private Optional<Checkpoint> checkpoint(Job trained, long step) throws IOException {
    return Files.isDirectory(run(trained))
        ? new RunDirectory(run(trained)).checkpoint(step)
        : Optional.empty();
  }

  /** What a run has measured at its last step, whenever that was made. */
  private static Map<String, Double> scores(
      RunDirectory run, RunSettings settings, SeenImages images) throws IOException {
    Map<String, Double> scores = new LinkedHashMap<>();
    long trained = settings.training().steps() * settings.training().batchSize();
    scores.put("images", (double) trained);
    scores.put("epochs", trained / (double) images.count());
    RunRecord record = RunRecord.read(run.path());
    for (String measure : List.of("loss", "sinkhorn_loss", "nmi", "staleness")) {
      record.last(measure).ifPresent(value -> scores.put("last_" + measure, value));
    }
    return scores;
  }

  /** Passes on how a run goes. */
  private record Told(Going going) implements RunListener {

    @Override
    public void onStep(StepReport report) {
      double rate = report.measures().getOrDefault("images_per_second", Double.NaN);
      going.at(
          "step %,d of %,d  %,.0f images/s".formatted(report.step(), report.steps(), rate),
          OptionalDouble.of((double) report.step() / report.steps()));
    }

    @Override
    public void onEvent(String line) {}

    @Override
    public void onScored(long step, Map<String, Double> scored) {}

    @Override
    public void onFinished(RunSummary summary) {}
  }
}
