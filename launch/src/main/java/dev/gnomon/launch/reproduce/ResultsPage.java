package dev.gnomon.launch.reproduce;

import com.typesafe.config.Config;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.diffusion.SamplingSettings;
import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private final PageWriter written;

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
    this.written = new PageWriter(experiment, plan, results, docs);
  }

  /** Writes the page and its plots; gives the page. */
  public Path write() throws IOException {
    introduction();
    new ModesTable(experiment, plan, written).write();
    new Orderings(experiment, plan, results).into(written);
    SweepSections sweeps = new SweepSections(experiment, plan, written);
    sweeps.training();
    sweeps.guidance();
    sweeps.solvers();
    for (Study study : experiment.studies()) {
      new StudySection(plan, written, study).write();
    }
    Path page = page();
    Files.createDirectories(docs);
    String before = Files.exists(page) ? Files.readString(page) : HEAD;
    WholeFile.write(page, placed(before).getBytes(StandardCharsets.UTF_8));
    return page;
  }

  /**
   * Checks that a page that is there has a place for this experiment's part, or leaves it to be put
   * at the end.
   *
   * @throws DataException where it has half of the marks
   */
  public void requirePlace() throws IOException {
    if (Files.exists(page())) {
      between(Files.readString(page()));
    }
  }

  private Path page() {
    return docs.resolve("RESULTS.md");
  }

  private String placed(String page) {
    String part = begin() + "\n" + written.text().stripTrailing() + "\n" + end();
    return between(page)
        .map(place -> page.substring(0, place.from()) + part + page.substring(place.to()))
        .orElseGet(() -> page.stripTrailing() + "\n\n" + part + "\n");
  }

  private String begin() {
    return "<!-- %s: written by launch/gnomon reproduce -->".formatted(experiment.name());
  }

  private String end() {
    return "<!-- end of %s -->".formatted(experiment.name());
  }

  /** Where this experiment's part begins, and where it has ended. */
  private record Place(int from, int to) {}

  /** The part's place; empty where it has none yet. */
  private Optional<Place> between(String page) {
    int from = page.indexOf(begin());
    int to = page.indexOf(end());
    if (from < 0 && to < 0) {
      return Optional.empty();
    }
    boolean once = from == page.lastIndexOf(begin()) && to == page.lastIndexOf(end());
    if (from < 0 || to < from || !once) {
      throw new DataException(
          "%s: the marks \"%s\" and \"%s\" are not there once each, in this order, so it is not known what to replace; put them back around the experiment's part, or remove both"
              .formatted(page(), begin(), end()));
    }
    return Optional.of(new Place(from, to + end().length()));
  }

  private void introduction() {
    Config gnomon = experiment.base().getConfig("gnomon");
    long steps = gnomon.getLong("steps");
    long batch = gnomon.getLong("batch-size");
    written.line("## " + experiment.title());
    written.line("");
    written.line("```\n%s\n```".formatted(command));
    written.line("");
    written.line(
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
    SamplingSettings sampling = RunSettings.from(experiment.base()).evaluation().sampling();
    written.line(
        "Seeds %s. Samples of %s, %s, guidance %s, from the %s's weights; %,d of them for a final score, against %s real images."
            .formatted(
                Experiment.listed(experiment.seeds()),
                sampling.solver().kind().word(),
                Samplings.adaptive(sampling.solver().kind())
                    ? "tolerance " + sampling.solver().tolerance()
                    : sampling.solver().steps() + " steps",
                sampling.guidance().strength(),
                sampling.ema() ? "moving average" : "student",
                experiment.samples(),
                gnomon.getString("evaluate.reference")));
    written.line(
        "FD and KID are on the features of `%s`, no FID. IS has the Inception Score's formula on a small classifier that was trained on %s."
            .formatted(
                gnomon.getString("evaluate.feature-network"),
                "five sixths of the labelled images" + accuracy()));
    written.line(
        "NMI and ARI with the labels: of the codes that the images have in this mode, where each patch has one that of most of them; and, for every mode alike, of k-means (K = %d) on the middle block's features, their mean over patches, of its last checkpoint. A figure is the mean over seeds, with each seed in brackets."
            .formatted(experiment.clusters()));
    if (!experiment.detailSeeds().equals(experiment.seeds())) {
      written.line(
          "Scores over training, guidance and solvers are of seed %s alone."
              .formatted(Experiment.listed(experiment.detailSeeds())));
    }
    written.line("");
    written.line(
        "%s Commits: %s.".formatted(written.finished(plan.jobs()), String.join(", ", commits())));
    new Origins(plan, results).into(written);
    written.line("");
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
}
