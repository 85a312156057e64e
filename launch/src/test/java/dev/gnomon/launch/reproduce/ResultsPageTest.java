package dev.gnomon.launch.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.model.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page says what the results say, and how many there are. */
class ResultsPageTest {

  @TempDir Path folder;
  private Path docs;
  private ResultFolder results;
  private Experiment experiment;
  private ExperimentPlan plan;

  @BeforeEach
  void plan() throws IOException {
    docs = folder.resolve("docs");
    results = new ResultFolder(docs.resolve("results/tiny"));
    experiment = TinyExperiment.read(folder);
    plan = ExperimentPlan.of(experiment);
  }

  private void keep(Job job, double fd) throws IOException {
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("fd", fd);
    scores.put("kid", fd / 100);
    scores.put("is", 3.0);
    scores.put("nmi", 0.4);
    scores.put("ari", 0.3);
    scores.put("nmi_codes", 0.5);
    scores.put("ari_codes", 0.2);
    scores.put("network_evaluations", 2.0);
    scores.put("passes_per_image", 4.0);
    results.keep(job, JobResult.of(job, "c0ffee", new JobWork.Outcome(scores, Map.of())));
  }

  private String page() throws IOException {
    return Files.readString(
        new ResultsPage(experiment, plan, results, docs, "launch/gnomon reproduce ...").write());
  }

  @Test
  void aPageWithoutResultsSaysSo() throws IOException {
    assertThat(page())
        .contains("0 of %d jobs are done".formatted(plan.jobs().size()), "Commits: none yet")
        .contains("| external | needs a network |")
        .contains("| none | 8 | - | - | - | - | - | -, - |")
        .contains("| kmeans | 4 of none, 4 of its own |")
        .doesNotContain("NaN", "null");
  }

  @ParameterizedTest
  @CsvSource({
    "<!-- end of tiny -->,''",
    "<!-- tiny: written,<!-- tiny: wrote",
    "Mine,<!-- end of tiny -->"
  })
  void halfOfTheMarksIsAFaultAndNothingIsLost(String mark, String instead) throws IOException {
    String part = page() + "\nMine.\n<!-- other: written by launch/gnomon reproduce -->\n";
    Path file = docs.resolve("RESULTS.md");
    String broken = part.replace(mark, instead);
    assertThat(broken).isNotEqualTo(part);
    Files.writeString(file, broken);
    ResultsPage page = new ResultsPage(experiment, plan, results, docs, "");
    assertThatThrownBy(page::requirePlace)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("RESULTS.md: the marks \"<!-- tiny: written by");
    assertThatThrownBy(page::write).isInstanceOf(DataException.class);
    assertThat(file).hasContent(broken);
  }

  @Test
  void aModeWhoseNetworkIsAwayHasWhatIsThere() throws IOException {
    experiment = TinyExperiment.read(folder, "experiment.network.sha256=" + "5c".repeat(32));
    plan = ExperimentPlan.of(experiment);
    assertThat(page())
        .contains("| external | needs a network |")
        .containsPattern(
            "0 of %d jobs are done; not done for want of a foreign network's file: \\d+\\."
                .formatted(plan.jobs().size()));
    keep(plan.runs("external").get(1L).finals(), 0.5);
    assertThat(page()).contains("| external | 8 | 0.500 (0.500, -) |");
  }

  @Test
  void figuresAreMeansWithTheSeedsBesideThem() throws IOException {
    keep(plan.runs("none").get(1L).finals(), 0.5);
    keep(plan.runs("none").get(2L).finals(), 0.7);
    keep(plan.runs("bootstrap").get(1L).finals(), 0.25);
    assertThat(page())
        .contains(
            "| none | 8 | 0.600 (0.500, 0.700) | 0.006 (0.005, 0.007) | - | 3.00 (3.00, 3.00)")
        .contains("| bootstrap | 8 | 0.250 (0.250, -) |")
        .contains("0.500 (0.500, -), 0.200 (0.200, -)")
        .contains("3 of 6 jobs are done.")
        .doesNotContain("worst");
  }

  @Test
  void ordersAreComparedWithThePapers() throws IOException {
    keep(plan.runs("none").get(1L).finals(), 0.5);
    keep(plan.runs("none").get(2L).finals(), 0.7);
    keep(plan.runs("bootstrap").get(1L).finals(), 0.4);
    keep(plan.runs("bootstrap").get(2L).finals(), 0.4);
    assertThat(page()).contains("No guidance is worst, as in the paper: FD 0.600.");
    keep(plan.runs("kmeans").get(1L).finals(), 0.8);
    keep(plan.runs("kmeans").get(2L).finals(), 0.8);
    assertThat(page())
        .contains("is **not** worst, otherwise than in the paper: worse are kmeans (0.800).")
        .contains(
            "better by FD than those of k-means, by 0.400; seeds of one mode are 0.067 apart");
  }

  @Test
  void everyFinishedExperimentHasItsPlotsAndNothingIsLeftOpen() throws IOException {
    for (Job job : plan.jobs()) {
      keep(job, 0.5);
    }
    String page = page();
    assertThat(page)
        .contains("All %d jobs are done.".formatted(plan.jobs().size()))
        .doesNotContain(" of %d jobs are done.".formatted(plan.jobs().size()))
        .contains("| bootstrap | dopri5 | 1e-01 | 2 | 4 | 0.500 (0.500, 0.500) |")
        .contains("| bootstrap | 0.500 / 3.00 | 0.500 / 3.00 |")
        .contains("### staleness: bootstrap with other `gnomon.max-staleness`")
        .contains("| 1 | 0.500 (0.500, 0.500) |")
        .contains("Whose are they?")
        .contains("| as above | 0.500 (0.500, 0.500) |")
        .contains(
            "| masked: `condition.masked-mean = true, condition.queue = 2` | 0.500 (0.500, 0.500) |")
        .contains("0.500 at 0.0");
    for (String plot : List.of("fd", "nmi", "guidance", "solvers", "staleness", "codes")) {
      assertThat(page).contains("(images/results-tiny-%s.png)".formatted(plot));
      Path file = docs.resolve("images/results-tiny-%s.png".formatted(plot));
      assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(800);
    }
  }

  @Test
  void featuresOfAnotherTokenAreNamed() throws IOException {
    keep(plan.runs("none").get(1L).finals(), 0.5);
    assertThat(page()).doesNotContain("class token");
    Job usual = plan.runs("bootstrap").get(2L).finals();
    keep(usual, 0.5);
    assertThat(page())
        .contains("are of the class token, not of the mean over patches")
        .contains("not to be compared with the other modes': bootstrap/seed-2.");
    Map<String, String> origin = Map.of(JobWork.POOL, JobWork.MEAN);
    results.keep(
        usual, JobResult.of(usual, "c0ffee", new JobWork.Outcome(Map.of("nmi", 0.4), origin)));
    assertThat(page()).doesNotContain("class token");
  }

  @Test
  void howSamplesAreMadeIsSaid() throws IOException {
    assertThat(page()).contains("2 steps, guidance", "from the moving average's weights");
    experiment =
        TinyExperiment.read(
            folder,
            "gnomon.evaluate.solver=dopri5",
            "gnomon.evaluate.tolerance=0.01",
            "gnomon.evaluate.weights=student");
    plan = ExperimentPlan.of(experiment);
    assertThat(page()).contains("dopri5, tolerance 0.01, guidance", "from the student's weights");
  }

  @Test
  void theDetailsOfASeedAreEnough() throws IOException {
    experiment = TinyExperiment.read(folder, "experiment.detail-seeds=[2]");
    plan = ExperimentPlan.of(experiment);
    for (Job job : plan.jobs()) {
      keep(job, 0.5);
    }
    assertThat(plan.jobs())
        .filteredOn(job -> job.isOf(List.of("curve", "sampled")))
        .isNotEmpty()
        .allMatch(job -> job.seed() == 2);
    assertThat(page())
        .contains("| none | 8 | 0.500 (0.500, 0.500) |")
        .contains("Scores over training, guidance and solvers are of seed 2 alone.")
        .contains("FD at its best guidance (seed 2, 192 samples) |")
        .contains("| bootstrap | dopri5 | 1e-01 | 2 | 4 | 0.500 |")
        .contains("| bootstrap | 0.500 / 3.00 | 0.500 / 3.00 |")
        .contains("All %d jobs are done.".formatted(plan.jobs().size()));
  }

  @Test
  void aPageSaysWhichScoresAreOfTwoNetworksAndWhichOfAnotherPrecision() throws IOException {
    ExperimentPlan.Run run = plan.runs("none").get(1L);
    keep(run.train(), "first", "fp32");
    keep(run.finals(), "first", "fp32");
    assertThat(page()).doesNotContain("two networks", "bf16");
    Job sampled = plan.runs("bootstrap").get(2L).guidance().get(0.4);
    keep(plan.runs("bootstrap").get(2L).train(), "first", "fp32");
    keep(sampled, "again", "fp32");
    assertThat(page()).contains("so that their scores are of two networks: bootstrap/seed-2.");

    experiment = TinyExperiment.read(folder, "gnomon.precision=bf16");
    plan = ExperimentPlan.of(experiment);
    keep(plan.runs("none").get(1L).train(), "first", "fp32");
    keep(plan.runs("none").get(2L).train(), "first", "bf16");
    assertThat(page()).contains("as their CPU had no bf16 instructions: none/seed-1.");
  }

  private void keep(Job job, String weights, String precision) throws IOException {
    Map<String, String> origin = Map.of(JobWork.WEIGHTS, weights, JobWork.PRECISION, precision);
    results.keep(
        job,
        JobResult.of(
            job,
            "c0ffee",
            new JobWork.Outcome(Map.of("fd", 0.5, "network_evaluations", 2.0), origin)));
  }

  @Test
  void whatStandsOutsideOfItsMarksStays() throws IOException {
    String first = page();
    Path file = docs.resolve("RESULTS.md");
    Files.writeString(file, first.replace("# Results", "# Ours") + "\nWhy this is so.\n");
    keep(plan.runs("none").get(1L).finals(), 0.5);
    String second = page();
    assertThat(second)
        .startsWith("# Ours")
        .endsWith("<!-- end of tiny -->\n\nWhy this is so.\n")
        .contains("0.500 (0.500, -)")
        .containsOnlyOnce("<!-- tiny: written by");
    assertThat(page()).as("again").isEqualTo(second);
  }

  @Test
  void aFigureOfOneSeedIsPlain() {
    assertThat(new Figure(List.of(Optional.of(12.345))).shown()).isEqualTo("12.3");
    assertThat(new Figure(List.of(Optional.empty())).shown()).isEqualTo("-");
    assertThat(new Figure(List.of(Optional.of(0.5), Optional.of(1.5))).spread()).isEqualTo(1);
  }
}
