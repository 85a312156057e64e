package dev.gnomon.launch;

import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.launch.reproduce.Experiment;
import dev.gnomon.launch.reproduce.ExperimentFile;
import dev.gnomon.launch.reproduce.ExperimentPlan;
import dev.gnomon.launch.reproduce.Job;
import dev.gnomon.launch.reproduce.Reproduction;
import dev.gnomon.launch.reproduce.ReproductionLines;
import dev.gnomon.launch.reproduce.ResultFolder;
import dev.gnomon.launch.reproduce.ResultsPage;
import dev.gnomon.launch.reproduce.SourceVersion;
import dev.gnomon.launch.reproduce.StoppedException;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.data.ImageSetDigest;
import dev.gnomon.model.data.ImageSets;
import dev.gnomon.model.engine.FolderLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gnomon reproduce}: all runs of an experiment, and a page of what came out. */
@Command(
    name = "reproduce",
    description = {
      "Trains and scores what an experiment compares.",
      "What came out it writes as tables and plots. It may be killed anywhere: the same",
      "command goes on from there. Jobs whose results are there are not done again."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ReproduceCommand implements Callable<Integer> {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(30);
  private static final Duration WRITING_THE_PAGE = Duration.ofMinutes(1);

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The experiment, such as conf/experiments/fashion-mnist.conf.")
  private Path config;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "Where the images lie: gnomon.data.path.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "One key over the file, such as gnomon.steps=800 or experiment.seeds=[1]. Results of other"
              + " settings stay beside those of these, but for experiment.classifier-steps, which"
              + " takes another --docs.")
  private List<String> sets = new ArrayList<>();

  @Option(
      names = "--only",
      paramLabel = "WORD,...",
      description =
          "Only jobs that have one of these words as a part of their name, such as bootstrap, seed-1,"
              + " train or staleness-16, and what they need. Given again: one of each.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder of runs and codes. What is lost of it is trained again where a job still needs it."
              + " Default: runs/reproduce/NAME")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--docs",
      paramLabel = "DIR",
      defaultValue = "docs",
      description =
          "Folder of RESULTS.md, with results/NAME/*.json and images/results-NAME-*.png."
              + " Default: ${DEFAULT-VALUE}")
  private Path docs;

  @Option(names = "--report-only", description = "Only write the page, of what is done.")
  private boolean reportOnly;

  @Option(names = "--list", description = "Only list the jobs, and which are done.")
  private boolean list;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter console = spec.commandLine().getOut();
    Experiment experiment = ExperimentFile.read(config, settings(), !reportOnly && !list);
    ExperimentPlan plan = ExperimentPlan.of(experiment);
    ResultFolder results = new ResultFolder(docs.resolve("results").resolve(experiment.name()));
    others(results, plan, console);
    if (list) {
      return listed(wanted(plan), results, console);
    }
    ResultsPage page = new ResultsPage(experiment, plan, results, docs, command(plan));
    page.requirePlace();
    Duration patience =
        RunSettings.from(experiment.base()).deadlines().stop().plus(WRITING_THE_PAGE);
    try (StopSignal signal = StopSignal.holding(patience)) {
      Map<String, String> failed =
          reportOnly ? Map.of() : run(experiment, plan, results, signal::told, console);
      console.println("Results: " + page.write());
      console.flush();
      return signal.ended(failed.isEmpty() ? ExitCode.DONE : ExitCode.FAILED);
    }
  }

  private Map<String, String> run(
      Experiment experiment,
      ExperimentPlan plan,
      ResultFolder results,
      BooleanSupplier told,
      PrintWriter console)
      throws Exception {
    List<Job> wanted = possible(wanted(plan), results, console);
    Path runs = out.orElse(Path.of("runs", "reproduce", experiment.name()));
    Files.createDirectories(runs);
    new RunDirectory(runs).holdLogs();
    LoggerFactory.getLogger(ReproduceCommand.class).info("reproduce {}", experiment.name());
    String digest = images(experiment);
    results.requireImages(plan.jobs(), digest);
    try (FolderLock held = alone(runs);
        ExperimentWork work = new ExperimentWork(runs, experiment, digest)) {
      ReproductionLines lines = new ReproductionLines(console, BETWEEN_LINES, System::nanoTime);
      return new Reproduction(results, work, lines, SourceVersion.here(), told).run(wanted);
    } catch (StoppedException stopped) {
      console.printf("%s; the same command goes on from there%n", stopped.getMessage());
      console.flush();
      return Map.of();
    }
  }

  /** Which images there are; they can be scored. */
  private static String images(Experiment experiment) {
    ImageSet images = ImageSets.open(RunSettings.from(experiment.base()).data());
    ExperimentScores.require(images);
    return ImageSetDigest.of(images);
  }

  /** Two processes must not train one run. */
  private static FolderLock alone(Path runs) throws IOException {
    return FolderLock.of(runs)
        .orElseThrow(
            () ->
                new UsageException(
                    "%s: another process works there; wait for it, or choose another --out"
                        .formatted(runs)));
  }

  private List<String> settings() {
    List<String> all = new ArrayList<>(sets);
    data.ifPresent(path -> all.add("gnomon.data.path=\"" + path.toAbsolutePath() + "\""));
    return all;
  }

  private List<Job> wanted(ExperimentPlan plan) {
    List<Job> wanted =
        plan.jobs().stream()
            .filter(job -> only.stream().allMatch(words -> job.isOf(List.of(words.split(",")))))
            .toList();
    if (wanted.isEmpty()) {
      throw new UsageException(
          "--only %s: no job has such words in its name; --list shows them all".formatted(only));
    }
    return wanted;
  }

  /** Without those for which a foreign network's file would have to be there. */
  private static List<Job> possible(List<Job> wanted, ResultFolder results, PrintWriter console) {
    List<Job> lacking =
        wanted.stream().filter(job -> job.lacksNetwork() && results.of(job).isEmpty()).toList();
    if (lacking.size() == wanted.size()) {
      throw new UsageException(
          "all of these jobs need a foreign network: --set experiment.network.file=FILE names it");
    }
    if (!lacking.isEmpty()) {
      console.printf(
          "%d jobs, such as %s, need a foreign network and are left out; --set experiment.network.file=FILE names it%n",
          lacking.size(), lacking.get(0).name());
    }
    return wanted.stream().filter(job -> !lacking.contains(job)).toList();
  }

  private static void others(ResultFolder results, ExperimentPlan plan, PrintWriter console)
      throws IOException {
    List<Path> others = results.others(plan.jobs());
    if (!others.isEmpty()) {
      console.printf(
          "%s: %d files, such as %s, are of other settings or other jobs, and are left out%n",
          results.path(), others.size(), others.get(0).getFileName());
    }
  }

  private static int listed(List<Job> jobs, ResultFolder results, PrintWriter console) {
    for (Job job : jobs) {
      boolean done = results.of(job).isPresent();
      String lacking = !done && job.lacksNetwork() ? " (needs a foreign network's file)" : "";
      console.printf("%s  %s%s%n", done ? "done" : "    ", job.name(), lacking);
    }
    console.flush();
    return ExitCode.DONE;
  }

  /** What makes all of it, for the page. */
  private String command(ExperimentPlan plan) {
    StringBuilder command = new StringBuilder("launch/gnomon reproduce --config " + config);
    command.append(data.isPresent() ? " --data DIR" : "");
    command.append(
        plan.jobs().stream().anyMatch(Job::lacksNetwork)
            ? " --set experiment.network.file=FILE"
            : "");
    sets.forEach(set -> command.append(" --set '").append(set).append('\''));
    return command.toString();
  }
}
