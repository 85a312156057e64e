package dev.gnomon.launch.reproduce;

import dev.gnomon.launch.reproduce.ResultPlot.Axis;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Scores over training, over the strength of guidance, and over what a solver costs. */
final class SweepSections {

  private final Experiment experiment;
  private final ExperimentPlan plan;
  private final PageWriter page;

  SweepSections(Experiment experiment, ExperimentPlan plan, PageWriter page) {
    this.experiment = experiment;
    this.plan = plan;
    this.page = page;
  }

  void training() throws IOException {
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
        fd.add(mode.name(), step, page.figure(here, "fd"));
        nmi.add(mode.name(), step, page.figure(here, "nmi"));
      }
    }
    page.line("### Over training");
    page.line("");
    page.line(
        "On %,d samples each; FD of fewer samples is higher. %s"
            .formatted(experiment.curveSamples(), page.finished(jobs)));
    show(fd, "fd", "FD over training");
    show(nmi, "nmi", "NMI of features over training");
    page.line("");
  }

  void guidance() throws IOException {
    if (experiment.guidance().isEmpty()) {
      return;
    }
    Experiment.Sweep sweep = experiment.guidance().get();
    ResultPlot plot =
        new ResultPlot(
            "FD over guidance", Axis.plain("strength w"), Axis.plain("FD"), experiment.modeNames());
    List<Job> jobs = new ArrayList<>();
    page.line("### Guidance");
    page.line("");
    page.line(
        "FD / IS over the strength w of v_c + w (v_c - v_u), on %,d samples."
            .formatted(experiment.sweepSamples()));
    page.line("");
    page.line(
        "| mode | %s |"
            .formatted(
                String.join(" | ", sweep.strengths().stream().map(String::valueOf).toList())));
    page.line("|---|" + "---|".repeat(sweep.strengths().size()));
    for (String mode : sweep.modes()) {
      StringBuilder row = new StringBuilder("| " + mode + " |");
      for (double strength : sweep.strengths()) {
        List<Job> here = plan.guided(mode, strength);
        jobs.addAll(here);
        Figure fd = page.figure(here, "fd");
        Figure is = page.figure(here, "is");
        plot.add(mode, strength, fd);
        row.append(
            fd.isEmpty()
                ? " - |"
                : " %s / %s |"
                    .formatted(
                        Figure.number(fd.mean()), is.isEmpty() ? "-" : Figure.number(is.mean())));
      }
      page.line(row.toString());
    }
    page.line("");
    page.line(page.finished(jobs));
    show(plot, "guidance", "FD over guidance");
    page.line("");
  }

  /** What its line in the plot is called: by the mode too, where there are several. */
  private String line(Experiment.Solvers solvers) {
    long modes = experiment.solvers().stream().map(Experiment.Solvers::mode).distinct().count();
    return modes == 1 ? solvers.solver() : solvers.mode() + ", " + solvers.solver();
  }

  void solvers() throws IOException {
    if (experiment.solvers().isEmpty()) {
      return;
    }
    ResultPlot plot =
        new ResultPlot(
            "FD over evaluations",
            Axis.logarithmic("evaluations of the network"),
            Axis.logarithmic("FD"),
            List.of());
    List<Job> all = new ArrayList<>();
    page.line("### Solvers");
    page.line("");
    page.line(
        "Evaluations of the network a sample (NFE), passes of a sample through it (two an evaluation where there is guidance), FD and IS on %,d samples."
            .formatted(experiment.sweepSamples()));
    page.line("");
    page.line("| mode | solver | steps or tolerance | NFE | passes | FD | IS |");
    page.line("|---|---|---|---|---|---|---|");
    for (Experiment.Solvers solvers : experiment.solvers()) {
      for (double value : ExperimentPlan.values(solvers)) {
        List<Job> jobs =
            plan.detailed(solvers.mode()).values().stream()
                .map(run -> plan.solver(run, solvers, value))
                .toList();
        all.addAll(jobs);
        Figure evaluations = page.figure(jobs, "network_evaluations");
        Figure passes = page.figure(jobs, "passes_per_image");
        Figure fd = page.figure(jobs, "fd");
        plot.add(line(solvers), evaluations.mean(), fd);
        page.line(
            "| %s | %s | %s | %s | %s | %s | %s |"
                .formatted(
                    solvers.mode(),
                    solvers.solver(),
                    solvers.steps().isEmpty() ? "%.0e".formatted(value) : "%.0f".formatted(value),
                    evaluations.isEmpty() ? "-" : "%.0f".formatted(evaluations.mean()),
                    passes.isEmpty() ? "-" : "%.0f".formatted(passes.mean()),
                    fd.shown(),
                    page.figure(jobs, "is").shown()));
      }
    }
    page.line("");
    page.line(page.finished(all));
    show(plot, "solvers", "FD over evaluations of the network");
    page.line("");
  }

  private void show(ResultPlot plot, String name, String words) throws IOException {
    if (!plot.isEmpty()) {
      page.picture(name, words, plot::write);
    }
  }
}
