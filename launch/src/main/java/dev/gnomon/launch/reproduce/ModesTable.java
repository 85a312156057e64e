package dev.gnomon.launch.reproduce;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The table of modes: what each costs and how it ends. */
final class ModesTable {

  private static final String NOTHING = "-";

  private final Experiment experiment;
  private final ExperimentPlan plan;
  private final PageWriter page;

  ModesTable(Experiment experiment, ExperimentPlan plan, PageWriter page) {
    this.experiment = experiment;
    this.plan = plan;
    this.page = page;
  }

  void write() {
    List<Job> jobs = new ArrayList<>();
    page.line(
        "| mode | steps | FD | KID | FD at its best guidance%s | IS | NMI, ARI of its codes | NMI, ARI of features |"
            .formatted(ofSweep()));
    page.line("|---|---|---|---|---|---|---|---|");
    for (Mode mode : experiment.modes()) {
      List<Job> finals = page.finals(mode.name());
      if (finals.stream().allMatch(page::waitsForNetwork)) {
        page.line("| %s | needs a network | - | - | - | - | - | - |".formatted(mode.name()));
        continue;
      }
      Collection<ExperimentPlan.Run> runs = plan.runs(mode.name()).values();
      jobs.addAll(finals);
      page.line(
          "| %s | %s | %s | %s | %s | %s | %s | %s |"
              .formatted(
                  mode.name(),
                  budget(mode, runs.iterator().next()),
                  page.figure(finals, "fd").shown(),
                  page.figure(finals, "kid").shown(),
                  best(mode.name()),
                  page.figure(finals, "is").shown(),
                  page.codes(runs),
                  page.pair(finals, "nmi", "ari")));
    }
    page.line("");
    page.line(page.finished(jobs));
    page.line("");
  }

  /** How the steps of a mode are counted. */
  private static String budget(Mode mode, ExperimentPlan.Run run) {
    long own = ((Job.Train) run.train().task()).steps();
    return run.before() == 0
        ? "%,d".formatted(own)
        : "%,d of %s, %,d of its own"
            .formatted(run.before(), mode.begin().orElseThrow().mode(), own);
  }

  /** What scores over guidance are of, as they are not of all that the other scores are of. */
  private String ofSweep() {
    String samples = "%,d samples".formatted(experiment.sweepSamples());
    return experiment.detailSeeds().equals(experiment.seeds())
        ? " (%s)".formatted(samples)
        : " (seed %s, %s)".formatted(Experiment.listed(experiment.detailSeeds()), samples);
  }

  private String best(String mode) {
    if (experiment.guidance().filter(sweep -> sweep.modes().contains(mode)).isEmpty()) {
      return NOTHING;
    }
    record At(double strength, Figure fd) {}
    return experiment.guidance().orElseThrow().strengths().stream()
        .map(strength -> new At(strength, page.figure(plan.guided(mode, strength), "fd")))
        .filter(at -> at.fd().isWhole())
        .min(Comparator.comparingDouble(at -> at.fd().mean()))
        .map(at -> "%s at %s".formatted(Figure.number(at.fd().mean()), at.strength()))
        .orElse(NOTHING);
  }
}
