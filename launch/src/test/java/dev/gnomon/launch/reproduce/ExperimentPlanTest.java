package dev.gnomon.launch.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.engine.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which jobs there are, in which order, and when two are the same. */
class ExperimentPlanTest {

  @TempDir Path folder;

  @Test
  void everyJobComesAfterThoseThatItNeeds() throws IOException {
    List<Job> before = new ArrayList<>();
    for (Job job : TinyExperiment.plan(folder).jobs()) {
      assertThat(before).as(job.name()).containsAll(job.needs());
      before.add(job);
    }
    assertThat(before).extracting(Job::name).doesNotHaveDuplicates();
    assertThat(before).extracting(Job::fileName).doesNotHaveDuplicates();
  }

  @Test
  void aSeedIsThroughAllModesBeforeTheNextAndStudiesComeLast() throws IOException {
    List<String> trained =
        TinyExperiment.plan(folder).jobs().stream()
            .filter(job -> job.task() instanceof Job.Train)
            .map(job -> job.name().replace("/train", ""))
            .toList();
    assertThat(trained)
        .containsExactly(
            "none/seed-1",
            "bootstrap/seed-1",
            "kmeans/seed-1",
            "none/seed-2",
            "bootstrap/seed-2",
            "kmeans/seed-2",
            "staleness-0/seed-1",
            "staleness-4/seed-1",
            "codes-masked/seed-1",
            "staleness-0/seed-2",
            "staleness-4/seed-2",
            "codes-masked/seed-2");
  }

  @Test
  void whatASettingIsAnywayIsNotTrainedAgain() throws IOException {
    ExperimentPlan plan = TinyExperiment.plan(folder);
    assertThat(plan.runs("staleness-1").get(2L).train())
        .isEqualTo(plan.runs("bootstrap").get(2L).train());
    assertThat(plan.runs("staleness-4").get(2L).train().digest())
        .isNotEqualTo(plan.runs("bootstrap").get(2L).train().digest());
  }

  @Test
  void anOwnClassInAnActorsPlaceIsAnotherRun() throws IOException {
    String published = digest();
    assertThat(digest("gnomon.actors.assigner=com.example.Own")).isNotEqualTo(published);
    assertThat(digest("gnomon.plugins.rate=0.5")).isNotEqualTo(published);
    assertThat(digest("gnomon.http.enabled=true")).isEqualTo(published);
  }

  private String digest(String... sets) throws IOException {
    return TinyExperiment.plan(folder, sets).runs("bootstrap").get(1L).train().digest();
  }

  @Test
  void aVariantHasItsOwnSettingsAndTheScoreOfItsEndAlone() throws IOException {
    ExperimentPlan.Run run = TinyExperiment.plan(folder).runs("codes-masked").get(1L);
    Config config = ((Job.Train) run.train().task()).config();
    assertThat(config.getBoolean("gnomon.condition.masked-mean")).isTrue();
    assertThat(config.getInt("gnomon.condition.queue")).isEqualTo(2);
    assertThat(config.getString("gnomon.condition.source")).isEqualTo("bootstrap");
    assertThat(run.curve()).isEmpty();
  }

  @Test
  void whoBeginsWithAnotherTrainsForWhatIsLeft() throws IOException {
    ExperimentPlan.Run run = TinyExperiment.plan(folder).runs("kmeans").get(2L);
    Job.Train train = (Job.Train) run.train().task();
    assertThat(run.before() + train.steps()).isEqualTo(8);
    assertThat(train.begin()).contains(4L);
    assertThat(run.train().needs())
        .extracting(Job::name)
        .containsExactly("none/seed-2/train", "kmeans/seed-2/codes");
    assertThat(run.curve().keySet()).as("counted from the beginning of both").containsExactly(8L);
  }

  @ParameterizedTest
  @CsvSource({
    "gnomon.optimizer.learning-rate=1e-3, false",
    "gnomon.steps=16, false",
    "gnomon.model.width=64, false",
    "gnomon.threads=2, true",
    "gnomon.http.enabled=true, true",
    "gnomon.steps=8, true",
    "gnomon.ema-decay=0.90, true",
    "experiment.clusters=5, true",
    "experiment.seeds=[1], true"
  })
  void aRunIsAnotherWhereItsNumbersAre(String set, boolean same) throws IOException {
    Job usual = TinyExperiment.plan(folder).runs("none").get(1L).train();
    Job other = TinyExperiment.plan(folder, set).runs("none").get(1L).train();
    assertThat(other.digest().equals(usual.digest())).isEqualTo(same);
  }

  @Test
  void whatARunBeginsWithIsPartOfWhatItIs() throws IOException {
    String none = "experiment.modes.0";
    Path file = TinyExperiment.file(folder);
    ExperimentPlan usual = TinyExperiment.plan(folder);
    String text =
        Files.readString(file)
            .replace("condition.source = none }", "condition.source = none, optimizer.clip = 1 }");
    Files.writeString(file, text);
    ExperimentPlan clipped = ExperimentPlan.of(ExperimentFile.read(file, List.of(), true));
    for (String mode : List.of("none", "kmeans")) {
      assertThat(clipped.runs(mode).get(1L).finals().digest())
          .as(none + mode)
          .isNotEqualTo(usual.runs(mode).get(1L).finals().digest());
    }
    assertThat(clipped.runs("bootstrap").get(1L).finals().digest())
        .isEqualTo(usual.runs("bootstrap").get(1L).finals().digest());
  }

  @Test
  void aScoreIsAnotherWhereItsSamplesAre() throws IOException {
    Job usual = TinyExperiment.plan(folder).runs("none").get(1L).finals();
    for (String set :
        List.of(
            "experiment.samples=256",
            "experiment.clusters=5",
            "gnomon.evaluate.reference=64",
            "gnomon.evaluate.steps=3",
            "gnomon.guidance.strength=1")) {
      assertThat(TinyExperiment.plan(folder, set).runs("none").get(1L).finals().digest())
          .as(set)
          .isNotEqualTo(usual.digest());
    }
  }

  @Test
  void aModeWithoutItsNetworkIsLeftOutAndWithItIsThere() throws IOException {
    assertThat(TinyExperiment.plan(folder).runs("external")).isEmpty();
    Path network = folder.resolve("network.pt");
    Files.write(network, Kernels.archive());
    ExperimentPlan plan = TinyExperiment.plan(folder, "experiment.network.file=" + network);
    assertThat(plan.runs("external").get(1L).guidance()).containsOnlyKeys(0.0, 0.4);
    assertThat(plan.runs("external").get(1L).before()).isZero();
    assertThat(plan.runs("external").get(2L).codes())
        .as("it sees what it saw")
        .isEqualTo(plan.runs("external").get(1L).codes());
    assertThat(plan.runs("kmeans").get(2L).codes())
        .isNotEqualTo(plan.runs("kmeans").get(1L).codes());
  }

  /** So results stay on the page where the file is not. */
  @Test
  void aNetworkIsKnownByItsDigestWhereverItsFileIs() throws IOException {
    Path network = Files.write(folder.resolve("network.pt"), Kernels.archive());
    ExperimentPlan there = TinyExperiment.plan(folder, "experiment.network.file=" + network);
    ExperimentPlan away =
        TinyExperiment.plan(folder, "experiment.network.sha256=" + SavedFile.sha256(network));
    assertThat(away.jobs().stream().map(Job::digest))
        .containsExactlyElementsOf(there.jobs().stream().map(Job::digest).toList());
    assertThat(there.jobs()).noneMatch(Job::lacksNetwork);
    assertThat(away.jobs().stream().filter(Job::lacksNetwork))
        .containsExactlyElementsOf(
            away.jobs().stream().filter(job -> job.isOf(List.of("external"))).toList());
  }

  @Test
  void whereThereIsNoCheckpointNobodyBegins() {
    assertThatThrownBy(() -> TinyExperiment.plan(folder, "gnomon.checkpoint.every=3"))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining("kmeans: is to begin at 0.5 of the 8 steps of none, where it has no");
  }

  @Test
  void aModeThatBeginsWhereItWouldEndIsAFault() throws IOException {
    Path file = TinyExperiment.file(folder);
    String text = Files.readString(file);
    Files.writeString(
        file,
        text.replace(
            "settings { condition.source = kmeans }",
            "settings { condition.source = kmeans, steps = 4 }"));
    Experiment experiment = ExperimentFile.read(file, List.of(), true);
    assertThatThrownBy(() -> ExperimentPlan.of(experiment))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining("kmeans: begins after 4 steps of none, and has 4 in all");
  }

  @Test
  void whoStandsOnAModeWithoutItsNetworkIsLeftOutWithIt() throws IOException {
    Path file = TinyExperiment.file(folder);
    String text = Files.readString(file);
    Files.writeString(
        file,
        text.replace(
            "network { file = \"\" }",
            """
                modes = ${experiment.modes} [
                  {
                    name = after, settings { condition.source = kmeans }
                    begin { mode = external, at = 0.5 }, codes { mode = external, at = 0.5 }
                  }
                ]
                network { file = "" }
            """));
    Experiment unknown = ExperimentFile.read(file, List.of(), true);
    assertThat(unknown.modes()).extracting(Mode::name).contains("after");
    ExperimentPlan plan = ExperimentPlan.of(unknown);
    assertThat(plan.runs("after")).isEmpty();
    assertThat(plan.runs("kmeans")).hasSize(2);
    Experiment known =
        ExperimentFile.read(file, List.of("experiment.network.sha256=" + "5c".repeat(32)), true);
    assertThat(ExperimentPlan.of(known).runs("after")).hasSize(2);
  }

  @Test
  void settingsOfAModeAreCheckedBeforeAnythingStarts() throws IOException {
    Path file = TinyExperiment.file(folder);
    Files.writeString(
        file, Files.readString(file).replace("key = max-staleness", "key = max-stalenes"));
    assertThatThrownBy(() -> ExperimentPlan.of(ExperimentFile.read(file, List.of(), true)))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining("gnomon.max-stalenes: there is no such key; did you mean");
  }
}
