package dev.gnomon.launch;

import dev.gnomon.actors.evaluator.SequentialEvaluation;
import dev.gnomon.actors.settings.EvaluationSettings;
import dev.gnomon.launch.report.Findings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gnomon evaluate}: the scores of the newest checkpoint of a run. */
@Command(
    name = "evaluate",
    description = {
      "Scores the newest checkpoint of a run and prints the scores.",
      "With the run's own settings they are the same to the bit as those of training."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {

  /** Besides those that are named after the feature network, such as "KID (seeded-conv)". */
  private static final List<String> METRICS =
      List.of("fd", "nmi", "ari", "ami", "nmi_mean_colour", "nmi_untrained", "network_evaluations");

  @Option(names = "--run", paramLabel = "DIR", required = true, description = "Folder of the run.")
  private Path run;

  @Option(
      names = "--metrics",
      paramLabel = "NAME",
      split = ",",
      description =
          "Only these: fd, nmi, ari, ami, nmi_mean_colour, nmi_untrained, network_evaluations."
              + " Default: all, and KID.")
  private List<String> metrics = List.of();

  @Option(
      names = "-n",
      paramLabel = "N",
      description = "Number of generated images, in whole blocks of 64. Default: the run's.")
  private Optional<Integer> samples = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Images to compare with: the run's where they lie now, or others of their kind, such as a"
              + " held-out set (but for runs under codes that images were given before). Default: where the run's lay.")
  private Optional<Path> data = Optional.empty();

  @Mixin private SamplingOptions samplingOptions;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    samplingOptions.check();
    for (String name : metrics) {
      if (!METRICS.contains(name) && !name.matches("(FD|KID) .*")) {
        throw new UsageException(
            "--metrics %s: expected some of %s".formatted(name, String.join(",", METRICS)));
      }
    }
    if (samples.filter(n -> n < 2).isPresent()) {
      throw new UsageException("-n %d: expected at least 2".formatted(samples.get()));
    }
    new RunDirectory(run).holdLogs();
    PrintWriter out = spec.commandLine().getOut();
    TrainedModel model = TrainedModel.newest(run, out, data);
    samplingOptions.requireUnconditional(model.settings().training().condition());
    EvaluationSettings usual = model.settings().evaluation();
    EvaluationSettings asked =
        new EvaluationSettings(
            usual.every(),
            samples.orElse(usual.samples()),
            usual.reference(),
            samplingOptions.over(usual.sampling()),
            usual.featureNetwork());
    out.printf(
        "Scoring step %,d on %,d images, %s, guidance %s%n",
        model.checkpoint().step(),
        asked.samples(),
        SamplingOptions.words(asked.sampling()),
        SamplingOptions.words(asked.sampling().guidance()));
    out.flush();
    Path pictures = run.resolve("evaluated");
    print(
        SequentialEvaluation.of(model.settings().with(asked), model.checkpoint(), pictures)
            .values(),
        out);
    out.println("Pictures in " + pictures);
    out.flush();
    return ExitCode.DONE;
  }

  private void print(Map<String, Double> scores, PrintWriter out) {
    for (String name : metrics) {
      if (!scores.containsKey(name)) {
        out.printf("%-22s not known of this run%n", name);
      }
    }
    scores.forEach(
        (name, value) -> {
          if (metrics.isEmpty() || metrics.contains(name)) {
            out.printf("%-22s %s%n", name, String.format(Locale.ROOT, "%.6g", value));
          }
        });
    if (metrics.isEmpty()) {
      Findings.agreement(scores).ifPresent(out::println);
    }
    out.flush();
  }
}
