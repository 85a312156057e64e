package dev.gnomon.launch;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.node.Gnomon;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.launch.progress.Pace;
import dev.gnomon.launch.progress.ProgressLines;
import dev.gnomon.launch.progress.ProgressMeter;
import dev.gnomon.launch.report.Findings;
import dev.gnomon.launch.report.LiveReport;
import dev.gnomon.launch.report.Report;
import dev.gnomon.launch.report.RunRecord;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.engine.DeviceLoss;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.protocol.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gnomon train}: a run from its beginning, or from its newest checkpoint, to its end. */
@Command(
    name = "train",
    description = "Trains a model. Without options: the built-in shapes, in a few minutes.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  @Mixin private ConfigurationOptions configuration;

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "Folder of the run. Default: runs/NAME-N, a new one.")
  private Optional<Path> run = Optional.empty();

  @Option(
      names = "--resume",
      paramLabel = "auto|never|CHECKPOINT",
      defaultValue = "auto",
      description =
          "Begin at the newest checkpoint of --run that is whole (auto), from scratch (never), or"
              + " at a given one. Default: ${DEFAULT-VALUE}")
  private String resume;

  @Spec private CommandSpec spec;

  /** What a run goes on under, and where that stands; without checkpoints it may be changed. */
  private record Kept(Config config, Path place, boolean hasCheckpoints) {}

  @Override
  public Integer call() throws Exception {
    Resume from = new Resume(resume);
    Optional<Kept> kept = kept(from);
    Config config =
        kept.map(k -> configuration.config(k.config())).orElseGet(configuration::config);
    RunSettings settings = RunSettings.from(config);
    Plugins.check(settings);
    kept.filter(Kept::hasCheckpoints)
        .ifPresent(k -> Continuation.check(k.config(), config, k.place()));
    RunDirectory directory =
        run.isPresent() ? new RunDirectory(run.get()) : RunDirectory.next(configuration.name());
    directory.holdLogs(); // before anything is logged
    try {
      return train(directory, config, settings, from);
    } catch (InvalidConfiguration | UsageException | DataException refused) {
      if (run.isEmpty()) {
        directory.removeIfEmpty(); // the next try gets its number
      }
      throw refused;
    }
  }

  private int train(RunDirectory directory, Config config, RunSettings settings, Resume from)
      throws Exception {
    Devices.check(settings, EnumSet.allOf(Role.class));
    AvailableMemory available = AvailableMemory.here(); // before images are in it
    SeenImages images = SeenImages.of(TrainingImages.of(settings));
    from.requireImages(directory, images.digest());
    MemoryCheck memory =
        new MemoryCheck(settings, EnumSet.allOf(Role.class), images.bytes(), available);
    memory.require();
    from.prepare(directory);
    if (!directory.hasCheckpoints()) { // else it goes on from there
      StartingWeights.check(settings);
    }
    directory.keep(config);
    directory.keepImages(images);

    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "Training on %s: %,d steps of %d, in %s%n",
        images.description(),
        settings.training().steps(),
        settings.training().batchSize(),
        directory.path());
    out.println(memory.line());
    out.flush();
    memory.log();
    try (LiveReport report = new LiveReport(directory.path(), progress(out))) {
      Gnomon running = Gnomon.start(settings, directory.path(), report);
      if (running.operators().isPresent()) {
        out.printf("Status: launch/gnomon status --run %s%n", directory.path());
        out.flush();
      }
      // Told to end, it stops at a step, writes a last checkpoint, and says so.
      try (StopSignal signal = StopSignal.to(running::stop, settings.deadlines().stop())) {
        RunSummary summary = running.await();
        report.close();
        return signal.ended(end(summary, directory, settings, out));
      }
    }
  }

  /** The configuration that what goes on was begun with: of a named checkpoint, or of the run. */
  private Optional<Kept> kept(Resume from) throws IOException {
    Optional<Checkpoint> named = from.named();
    if (named.isPresent()) {
      Config settings = ConfigFactory.parseMap(named.get().manifest().settings());
      return Optional.of(new Kept(settings, named.get().directory(), true));
    }
    if (from.never() || run.isEmpty()) {
      return Optional.empty();
    }
    RunDirectory going = new RunDirectory(run.get());
    return going.hasConfiguration()
        ? Optional.of(new Kept(going.startedWith(), going.configuration(), going.hasCheckpoints()))
        : Optional.empty();
  }

  private static RunListener progress(PrintWriter out) {
    return System.console() != null
        ? new ProgressMeter()
        : new ProgressLines(out, BETWEEN_LINES, System::nanoTime);
  }

  private int end(RunSummary summary, RunDirectory directory, RunSettings settings, PrintWriter out)
      throws IOException {
    out.println();
    out.printf(
        "%s after %s, at step %,d of %,d%s%n",
        switch (summary.outcome()) {
          case DONE -> "Done";
          case STOPPED -> "Stopped";
          case FAILED -> "Failed";
        },
        Pace.shown(summary.elapsed()),
        summary.step(),
        summary.steps(),
        summary.cause().isEmpty() ? "." : ": " + summary.cause());
    report(directory, out);
    summary.checkpoint().ifPresent(path -> out.println("Checkpoint  " + near(path)));
    out.println();
    next(summary, directory, settings, out);
    out.flush();
    return switch (summary.outcome()) {
      case DONE, STOPPED -> ExitCode.DONE;
      case FAILED -> DeviceLoss.isIn(summary.cause()) ? ExitCode.DEVICE_LOST : ExitCode.FAILED;
    };
  }

  /** What came out; where that can not be written, the run's outcome is what it is. */
  private static void report(RunDirectory directory, PrintWriter out) {
    try {
      Findings findings = new Findings(RunRecord.read(directory.path()));
      findings.distance().ifPresent(out::println);
      findings.agreement().ifPresent(out::println);
      findings.speed().ifPresent(out::println);
      out.println();
      out.println("Report      " + Report.write(directory.path()));
    } catch (IOException | RuntimeException e) {
      LoggerFactory.getLogger(TrainCommand.class).info("no report", e);
      out.println("No report: " + e.getMessage());
    }
  }

  /** As short as it can be typed from here. */
  private static Path near(Path path) {
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path) : path;
  }

  private void next(
      RunSummary summary, RunDirectory directory, RunSettings settings, PrintWriter out) {
    out.println("Next:");
    if (summary.outcome() != RunSummary.Outcome.DONE) {
      out.printf(
          "  launch/gnomon train --run %s     goes on from the newest checkpoint%n",
          directory.path());
      out.printf("  %s   says what happened%n", directory.path().resolve("supervision.log"));
      return;
    }
    if (settings.training().condition().source() == Source.NONE) {
      out.printf("  launch/gnomon sample --run %s -n 64     more images%n", directory.path());
    } else {
      double strength = settings.evaluation().sampling().guidance().strength();
      out.printf(
          "  launch/gnomon sample --run %s -n 64 --guidance %s     more images, guided harder%n",
          directory.path(), Math.max(1, 2 * strength));
      out.printf(
          "  launch/gnomon sample --run %s --prototype 1          images of one prototype%n",
          directory.path());
    }
    if (!configuration.hasFiles()) {
      out.println("  launch/gnomon train --config conf/presets/shapes-ten-minutes.conf");
      out.println(
          "  launch/gnomon train --config conf/presets/image-folder.conf --data FOLDER     your own images");
    }
  }
}
