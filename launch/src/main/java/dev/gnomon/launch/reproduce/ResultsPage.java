package dev.gnomon.launch.reproduce;

import com.typesafe.config.Config;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.launch.reproduce.ResultPlot.Axis;
import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What came out of an experiment, as a part of RESULTS.md: between two marks of its own, written
 * anew each time. What stands outside of marks stays as it is.
 */
public final class ResultsPage {

  private static final String HEAD =
      """
      # Results

      What `launch/gnomon reproduce` found. The parts between marks are written by it, from the files in results/; the rest is not.
      """;

  private final Experiment experiment;
  private final ExperimentPlan plan;
  private final ResultFolder results;
  private final Path docs;
  private final String command;
  private final StringBuilder text = new StringBuilder();

  /**
   * @param docs folder of the page
   * @param command that makes all of it
   */
  public ResultsPage(
      Experiment experiment, ExperimentPlan plan, ResultFolder results, Path docs, String command) {
    this.experiment = experiment;
    this.plan = plan;
    this.results = results;
    this.docs = docs;
    this.command = command;
  }

  /** Writes the page and its plots; gives the page. */
  public Path write() throws IOException {
    introduction();
    modes();
    new Orderings(experiment, plan, results).into(text);
    curves();
    guidance();
    solvers();
    for (Study study : experiment.studies()) {
      study(study);
    }
    Path page = docs.resolve("RESULTS.md");
    Files.createDirectories(docs);
    String before = Files.exists(page) ? Files.readString(page) : HEAD;
    byte[] bytes = placed(before).getBytes(StandardCharsets.UTF_8);
    WholeFile.write(page, channel -> channel.write(ByteBuffer.wrap(bytes)));
    return page;
  }

  private String placed(String page) {
    String begin = "<!-- %s: written by launch/gnomon reproduce -->".formatted(experiment.name());
    String end = "<!-- end of %s -->".formatted(experiment.name());
    String part = begin + "\n" + text.toString().stripTrailing() + "\n" + end;
    int from = page.indexOf(begin);
    int to = page.indexOf(end);
    return from >= 0 && to > from
        ? page.substring(0, from) + part + page.substring(to + end.length())
        : page.stripTrailing() + "\n\n" + part + "\n";
  }

  private void introduction() {
    Config gnomon = experiment.base().getConfig("gnomon");
    long steps = gnomon.getLong("steps");
    long batch = gnomon.getLong("batch-size");
    line("## " + experiment.title());
    line("");
    line("```\n%s\n```".formatted(command));
    line("");
    line(
        "%,d steps of %,d images for every mode, U-ViT of width %s, depth %s, patch %s, %s x %s pixels; K = %s; teacher at noise %s."
            .formatted(
                steps,
                batch,
                gnomon.getString("model.width"),
                gnomon.getString("model.depth"),
                gnomon.getString("model.patch"),
                gnomon.getString("data.size"),
                gnomon.getString("data.size"),
                gnomon.getString("condition.prototypes"),
                RunSettings.from(experiment.base()).training().noiseLevels().teacher()));
    line(
        "Seeds %s. Samples of %s, %s, guidance %s, from the moving average's weights; %,d of them for a final score, against %s real images."
            .formatted(
                Experiment.listed(experiment.seeds()),
                gnomon.getString("evaluate.solver"),
                gnomon.getString("evaluate.steps") + " steps",
                gnomon.getString("guidance.strength"),
                experiment.samples(),
                gnomon.getString("evaluate.reference")));
    line(
        "FD and KID are on the features of `%s`, no FID. IS has the Inception Score's formula on a small classifier that was trained on %s."
            .formatted(
                gnomon.getString("evaluate.feature-network"),
                "five sixths of the labelled images" + accuracy()));
    line(
        "NMI and ARI with the labels: of the codes that the images have in this mode; and, for every mode alike, of k-means (K = %d) on the middle block's features of its last checkpoint. A figure is the mean over seeds, with each seed in brackets."
            .formatted(experiment.clusters()));
    if (!experiment.detailSeeds().equals(experiment.seeds())) {
      line(
          "Scores over training, guidance and solvers are of seed %s alone."
              .formatted(Experiment.listed(experiment.detailSeeds())));
    }
    line("");
    line("%s Commits: %s.".formatted(finished(plan.jobs()), String.join(", ", commits())));
    new Origins(plan, results).into(text);
    line("");
  }

  private String accuracy() {
    return plan.jobs().stream()
        .map(results::of)
        .flatMap(Optional::stream)
        .map(result -> result.score("classifier_accuracy"))
        .filter(Double::isFinite)
        .findFirst()
        .map(right -> " and names %.1f %% of the others rightly".formatted(100 * right))
        .orElse("");
  }

  private Set<String> commits() {
    Set<String> commits = new TreeSet<>();
    plan.jobs().forEach(job -> results.of(job).ifPresent(result -> commits.add(result.commit())));
    return commits.isEmpty() ? Set.of("none yet") : commits;
  }

  private void modes() {
    List<Job> jobs = new ArrayList<>();
    line(
        "| mode | steps | FD | KID | FD at its best guidance | IS | NMI, ARI of its codes | NMI, ARI of features |");
    line("|---|---|---|---|---|---|---|---|");
    for (Mode mode : experiment.modes()) {
      if (ExperimentPlan.missingNetwork(mode)) {
        line("| %s | needs a network | - | - | - | - | - | - |".formatted(mode.name()));
        continue;
      }
      Collection<ExperimentPlan.Run> runs = plan.runs(mode.name()).values();
      List<Job> finals = runs.stream().map(ExperimentPlan.Run::finals).toList();
      jobs.addAll(finals);
      line(
          "| %s | %s | %s | %s | %s | %s | %s | %s |"
              .formatted(
                  mode.name(),
                  budget(mode, runs.iterator().next()),
                  figure(finals, "fd"),
                  figure(finals, "kid"),
                  best(mode.name()),
                  figure(finals, "is"),
                  codes(runs),
                  figure(finals, "nmi") + ", " + figure(finals, "ari")));
    }
    line("");
    line(finished(jobs));
    line("");
  }

  /** How the steps of a mode are counted. */
  private static String budget(Mode mode, ExperimentPlan.Run run) {
    long own = ((Job.Train) run.train().task()).steps();
    return run.before() == 0
        ? "%,d".formatted(own)
        : "%,d of %s, %,d of its own"
            .formatted(run.before(), mode.begin().orElseThrow().mode(), own);
  }

  private String codes(Collection<ExperimentPlan.Run> runs) {
    boolean given = runs.stream().allMatch(run -> run.codes().isPresent());
    List<Job> jobs =
        runs.stream()
            .map(run -> given ? run.codes().orElseThrow() : run.finals())
            .distinct()
            .toList();
    Figure nmi = Figure.of(jobs.stream().map(results::of).toList(), given ? "nmi" : "nmi_codes");
    return nmi.isEmpty() ? "-" : nmi.shown() + ", " + figure(jobs, given ? "ari" : "ari_codes");
  }

  private String best(String mode) {
    Map<Long, ExperimentPlan.Run> runs = plan.detailed(mode);
    if (experiment.guidance().filter(sweep -> sweep.modes().contains(mode)).isEmpty()) {
      return "-";
    }
    record At(double strength, Figure fd) {}
    return experiment.guidance().orElseThrow().strengths().stream()
        .map(strength -> new At(strength, guided(runs, strength, "fd")))
        .filter(at -> at.fd().isWhole())
        .min(Comparator.comparingDouble(at -> at.fd().mean()))
        .map(at -> "%s at %s".formatted(Figure.number(at.fd().mean()), at.strength()))
        .orElse("-");
  }

  private Figure guided(Map<Long, ExperimentPlan.Run> runs, double strength, String score) {
    return Figure.of(
        runs.values().stream().map(run -> results.of(run.guidance().get(strength))).toList(),
        score);
  }

  private void curves() throws IOException {
    Axis steps = Axis.plain("steps of the budget");
    ResultPlot fd =
        new ResultPlot("FD over training", steps, Axis.logarithmic("FD"), experiment.modeNames());
    ResultPlot nmi =
        new ResultPlot(
            "NMI of features over training", steps, Axis.plain("NMI"), experiment.modeNames());
    List<Job> jobs = new ArrayList<>();
    for (Mode mode : experiment.modes()) {
      Map<Long, ExperimentPlan.Run> runs = plan.detailed(mode.name());
      Set<Long> scored = new LinkedHashSet<>();
      runs.values().forEach(run -> scored.addAll(run.curve().keySet()));
      for (long step : scored) {
        List<Job> here = runs.values().stream().map(run -> run.curve().get(step)).toList();
        jobs.addAll(here);
        List<Optional<JobResult>> there = here.stream().map(results::of).toList();
        fd.add(mode.name(), step, Figure.of(there, "fd"));
        nmi.add(mode.name(), step, Figure.of(there, "nmi"));
      }
    }
    line("### Over training");
    line("");
    line(
        "On %,d samples each; FD of fewer samples is higher. %s"
            .formatted(experiment.curveSamples(), finished(jobs)));
    plot(fd, "fd", "FD over training");
    plot(nmi, "nmi", "NMI of features over training");
    line("");
  }

  private void guidance() throws IOException {
    if (experiment.guidance().isEmpty()) {
      return;
    }
    Experiment.Sweep sweep = experiment.guidance().get();
    ResultPlot plot =
        new ResultPlot(
            "FD over guidance", Axis.plain("strength w"), Axis.plain("FD"), experiment.modeNames());
    List<Job> jobs = new ArrayList<>();
    line("### Guidance");
    line("");
    line(
        "FD / IS over the strength w of v_c + w (v_c - v_u), on %,d samples."
            .formatted(experiment.sweepSamples()));
    line("");
    line(
        "| mode | %s |"
            .formatted(
                String.join(" | ", sweep.strengths().stream().map(String::valueOf).toList())));
    line("|---|" + "---|".repeat(sweep.strengths().size()));
    for (String mode : sweep.modes()) {
      Map<Long, ExperimentPlan.Run> runs = plan.detailed(mode);
      StringBuilder row = new StringBuilder("| " + mode + " |");
      for (double strength : sweep.strengths()) {
        runs.values().forEach(run -> jobs.add(run.guidance().get(strength)));
        Figure fd = guided(runs, strength, "fd");
        Figure is = guided(runs, strength, "is");
        plot.add(mode, strength, fd);
        row.append(
            fd.isEmpty()
                ? " - |"
                : " %s / %s |"
                    .formatted(
                        Figure.number(fd.mean()), is.isEmpty() ? "-" : Figure.number(is.mean())));
      }
      line(row.toString());
    }
    line("");
    line(finished(jobs));
    plot(plot, "guidance", "FD over guidance");
    line("");
  }

  private void solvers() throws IOException {
    if (experiment.solvers().isEmpty()) {
      return;
    }
    ResultPlot plot =
        new ResultPlot(
            "FD over evaluations",
            Axis.logarithmic("evaluations of the network"),
            Axis.plain("FD"),
            List.of());
    List<Job> all = new ArrayList<>();
    line("### Solvers");
    line("");
    line(
        "Evaluations of the network a sample (NFE; with guidance each is two passes), FD and IS on %,d samples."
            .formatted(experiment.sweepSamples()));
    line("");
    line("| mode | solver | steps or tolerance | NFE | FD | IS |");
    line("|---|---|---|---|---|---|");
    for (Experiment.Solvers solvers : experiment.solvers()) {
      for (double value : ExperimentPlan.values(solvers)) {
        List<Job> jobs =
            plan.detailed(solvers.mode()).values().stream()
                .map(run -> plan.solver(run, solvers, value))
                .toList();
        all.addAll(jobs);
        List<Optional<JobResult>> there = jobs.stream().map(results::of).toList();
        Figure evaluations = Figure.of(there, "network_evaluations");
        Figure fd = Figure.of(there, "fd");
        plot.add(solvers.solver(), evaluations.mean(), fd);
        line(
            "| %s | %s | %s | %s | %s | %s |"
                .formatted(
                    solvers.mode(),
                    solvers.solver(),
                    solvers.steps().isEmpty() ? "%.0e".formatted(value) : "%.0f".formatted(value),
                    evaluations.isEmpty() ? "-" : "%.0f".formatted(evaluations.mean()),
                    fd.shown(),
                    Figure.of(there, "is").shown()));
      }
    }
    line("");
    line(finished(all));
    plot(plot, "solvers", "FD over evaluations of the network");
    line("");
  }

  private void study(Study study) {
    List<Job> jobs = new ArrayList<>();
    line("### %s: %s with other %s".formatted(study.name(), study.mode(), study.what()));
    line("");
    study.question().ifPresent(question -> line(question + "\n"));
    line("| %s | FD | IS | NMI, ARI of its codes | NMI, ARI of features |".formatted(study.what()));
    line("|---|---|---|---|---|");
    Map<String, String> rows = new LinkedHashMap<>();
    if (study.variants().stream().noneMatch(variant -> isMode(study, variant))) {
      rows.put(study.mode(), "as above");
    }
    study.variants().forEach(variant -> rows.put(variant.name(), variant.words()));
    rows.forEach(
        (name, words) -> {
          List<Job> finals = finals(name);
          jobs.addAll(finals);
          line(
              "| %s | %s | %s | %s | %s |"
                  .formatted(
                      words,
                      figure(finals, "fd"),
                      figure(finals, "is"),
                      codes(plan.runs(name).values()),
                      figure(finals, "nmi") + ", " + figure(finals, "ari")));
        });
    line("");
    line(finished(jobs.stream().distinct().toList()));
    line("");
  }

  /** Whether a variant changes nothing, such as a value that the mode has anyway. */
  private boolean isMode(Study study, Study.Variant variant) {
    return finals(study.mode()).equals(finals(variant.name()));
  }

  private List<Job> finals(String mode) {
    return plan.runs(mode).values().stream().map(ExperimentPlan.Run::finals).toList();
  }

  private String figure(List<Job> jobs, String score) {
    return Figure.of(jobs.stream().map(results::of).toList(), score).shown();
  }

  private void plot(ResultPlot plot, String name, String words) throws IOException {
    if (plot.isEmpty()) {
      return;
    }
    String file = "images/results-%s-%s.png".formatted(experiment.name(), name);
    plot.write(docs.resolve(file));
    line("");
    line("![%s](%s)".formatted(words, file));
  }

  private String finished(List<Job> jobs) {
    long done = jobs.stream().filter(job -> results.of(job).isPresent()).count();
    return done == jobs.size()
        ? "All %,d jobs are done.".formatted(done)
        : "%,d of %,d jobs are done.".formatted(done, jobs.size());
  }

  private void line(String words) {
    text.append(words).append('\n');
  }
}
