package dev.gnomon.launch.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.model.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A result counts for the settings it is of, and for no others. */
class ResultFolderTest {

  @TempDir Path folder;
  private ResultFolder results;
  private ExperimentPlan plan;
  private Job job;

  @BeforeEach
  void plan() throws IOException {
    results = new ResultFolder(folder.resolve("results"));
    plan = TinyExperiment.plan(folder);
    job = plan.runs("none").get(1L).finals();
  }

  private Path keep() throws IOException {
    results.keep(
        job,
        JobResult.of(
            job,
            "c0ffee",
            new JobWork.Outcome(Map.of("fd", 0.25, "is", 1.5), Map.of(JobWork.WEIGHTS, "ab12"))));
    return results.path().resolve(job.fileName() + ".json");
  }

  @Test
  void whatIsKeptIsFoundAgain() throws IOException {
    assertThat(results.of(job)).isEmpty();
    keep();
    JobResult found = results.of(job).orElseThrow();
    assertThat(found.scores()).containsOnly(Map.entry("fd", 0.25), Map.entry("is", 1.5));
    assertThat(found.commit()).isEqualTo("c0ffee");
    assertThat(found.origin()).containsOnly(Map.entry("weights", "ab12"));
    assertThat(found.settings()).containsEntry("reference", "128");
    assertThat(found.score("nmi")).isNaN();
  }

  @Test
  void resultsOfOtherSettingsStayBesideAndAreNotTaken() throws IOException {
    keep();
    ExperimentPlan other = TinyExperiment.plan(folder, "gnomon.steps=16");
    assertThat(results.of(other.runs("none").get(1L).finals())).isEmpty();
    assertThat(results.others(other.jobs())).hasSize(1);
    assertThat(results.others(plan.jobs())).isEmpty();
  }

  @Test
  void aDefaultThatChangedSinceIsNoticed() throws IOException {
    job = plan.runs("none").get(1L).train();
    Path file = keep();
    String text = Files.readString(file);
    assertThat(text).contains("\"optimizer.warmup\" : \"200\"");
    Files.writeString(file, text.replace("warmup\" : \"200\"", "warmup\" : \"100\""));
    assertThatThrownBy(() -> results.of(job))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("optimizer.warmup was 100, and is 200 now); remove it");
  }

  @Test
  void scoresByAnotherClassifierAreNotMixed() throws IOException {
    keep();
    Job other =
        TinyExperiment.plan(folder, "experiment.classifier-steps=11").runs("none").get(1L).finals();
    assertThatThrownBy(() -> results.of(other))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("classifier-steps was 10, and is 11 now); remove it");
  }

  @Test
  void resultsOfOtherImagesAreNotMixed() throws IOException {
    keep();
    results.requireImages(plan.jobs(), "these"); // older ones do not say
    JobWork.Outcome outcome =
        new JobWork.Outcome(Map.of("fd", 0.5), Map.of(JobWork.IMAGES, "these"));
    results.keep(job, JobResult.of(job, "c0ffee", outcome));
    results.requireImages(plan.jobs(), "these");
    assertThatThrownBy(() -> results.requireImages(plan.jobs(), "others"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(job.fileName())
        .hasMessageContaining("is a result of other images");
  }

  @Test
  void aKeyThatCameLaterChangesNothing() throws IOException {
    job = plan.runs("none").get(1L).train();
    Path file = keep();
    String text = Files.readString(file);
    Files.writeString(file, text.replaceFirst(" *\"optimizer.warmup\" : \"200\",\n", ""));
    assertThat(results.of(job)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"digest\": 3}",
        "{\"digest\": \"x\", \"scores\": {}}",
        "{\"digest\": \"x\", \"scores\": {\"fd\": \"NaN\"}}",
        "{\"digest\": \"x\", \"scores\": {\"fd\": 1}}"
      })
  void whatIsNoResultIsRefused(String text) throws IOException {
    Files.writeString(keep(), text);
    assertThatThrownBy(() -> results.of(job))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(job.fileName())
        .hasMessageContaining("remove");
  }

  @Test
  void aScoreThatIsNotFiniteIsReadBack() throws IOException {
    results.keep(
        job,
        JobResult.of(
            job, "c0ffee", new JobWork.Outcome(Map.of("fd", Double.NaN, "is", 1.0), Map.of())));
    assertThat(results.of(job).orElseThrow().score("fd")).isNaN();
    assertThat(List.copyOf(results.of(job).orElseThrow().scores().keySet())).contains("is");
  }
}
