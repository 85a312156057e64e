package dev.gnomon.launch.reproduce;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * What the sections of a {@link ResultsPage} are written with: words, figures of jobs, pictures.
 */
final class PageWriter {

  private final Experiment experiment;
  private final ExperimentPlan plan;
  private final ResultFolder results;
  private final Path docs;
  private final StringBuilder text = new StringBuilder();

  /** Draws a picture into a file. */
  interface Drawing {
    void write(Path file) throws IOException;
  }

  /**
   * @param docs folder of the page
   */
  PageWriter(Experiment experiment, ExperimentPlan plan, ResultFolder results, Path docs) {
    this.experiment = experiment;
    this.plan = plan;
    this.results = results;
    this.docs = docs;
  }

  void line(String words) {
    text.append(words).append('\n');
  }

  /** All that was written. */
  String text() {
    return text.toString();
  }

  /** The last scores of a mode's runs, or of those of one variant of a study. */
  List<Job> finals(String mode) {
    return plan.runs(mode).values().stream().map(ExperimentPlan.Run::finals).toList();
  }

  /** A score of one job a seed. */
  Figure figure(List<Job> jobs, String score) {
    return Figure.of(jobs.stream().map(results::of).toList(), score);
  }

  /** Two scores of one job a seed, in one cell of a table. */
  String pair(List<Job> jobs, String score, String other) {
    return figure(jobs, score).shown() + ", " + figure(jobs, other).shown();
  }

  /**
   * Agreement with the labels of the codes that images have in these runs; a dash without codes.
   */
  String codes(Collection<ExperimentPlan.Run> runs) {
    return nmiOfCodes(runs).isEmpty()
        ? "-"
        : given(runs)
            ? pair(jobsOfCodes(runs), "nmi", "ari")
            : pair(jobsOfCodes(runs), "nmi_codes", "ari_codes");
  }

  Figure nmiOfCodes(Collection<ExperimentPlan.Run> runs) {
    return figure(jobsOfCodes(runs), given(runs) ? "nmi" : "nmi_codes");
  }

  private static List<Job> jobsOfCodes(Collection<ExperimentPlan.Run> runs) {
    boolean given = given(runs);
    return runs.stream()
        .map(run -> given ? run.codes().orElseThrow() : run.finals())
        .distinct()
        .toList();
  }

  /** Whether codes were made beforehand: they have a job of their own. */
  private static boolean given(Collection<ExperimentPlan.Run> runs) {
    return runs.stream().allMatch(run -> run.codes().isPresent());
  }

  /** Whether it is open, and can not be done without a file that nobody has named. */
  boolean waitsForNetwork(Job job) {
    return job.lacksNetwork() && results.of(job).isEmpty();
  }

  String finished(List<Job> jobs) {
    long done = jobs.stream().filter(job -> results.of(job).isPresent()).count();
    long lacking = jobs.stream().filter(this::waitsForNetwork).count();
    if (lacking > 0) {
      return "%,d of %,d jobs are done; not done for want of a foreign network's file: %,d."
          .formatted(done, jobs.size(), lacking);
    }
    return done == jobs.size()
        ? "All %,d jobs are done.".formatted(done)
        : "%,d of %,d jobs are done.".formatted(done, jobs.size());
  }

  /**
   * Draws a picture beside the page and shows it.
   *
   * @param name of its file, beside the experiment's
   * @param words for those who do not see it
   */
  void picture(String name, String words, Drawing drawing) throws IOException {
    String file = "images/results-%s-%s.png".formatted(experiment.name(), name);
    drawing.write(docs.resolve(file));
    line("");
    line("![%s](%s)".formatted(words, file));
  }
}
