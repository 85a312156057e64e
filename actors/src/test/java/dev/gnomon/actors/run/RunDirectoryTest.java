package dev.gnomon.actors.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.model.checkpoint.Lineages;
import dev.gnomon.model.checkpoint.SupersededException;
import dev.gnomon.protocol.NewestFound;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.SkippedCheckpoint;
import dev.gnomon.protocol.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {

  @TempDir Path folder;
  private RunDirectory directory;

  @BeforeEach
  void open() {
    directory = new RunDirectory(folder);
  }

  @AfterEach
  void close() throws IOException {
    directory.close();
  }

  /** What a store says that has seen lineages up to {@code lineage} and has a checkpoint. */
  private static NewestFound found(long lineage, long step) {
    Start start = new Start(step, "step-" + step, List.of(new Segment(1, 0, step)));
    return new NewestFound(
        1, "run", lineage, start, "abc", List.of(new SkippedCheckpoint("step-20", "is damaged")));
  }

  private static NewestFound nothing() {
    return new NewestFound(1, "", 0, Start.fromScratch(), "", List.of());
  }

  @Test
  void anEmptyStoreIsAFirstLineageFromScratch() throws IOException {
    assertThat(directory.recover(nothing()))
        .isEqualTo(new Recovery(1, Start.fromScratch(), "", List.of(), Map.of()));
  }

  @Test
  void eachRecoveryOpensTheNextLineageAtTheCheckpointThatWasFound() throws IOException {
    directory.recover(nothing());
    NewestFound found = found(1, 8);
    assertThat(directory.recover(found))
        .isEqualTo(new Recovery(2, found.start(), "abc", found.skipped(), Map.of()));
  }

  @Test
  void aCoordinatorThatComesToAStoreOpensALineageOverAllThatWereThere() throws IOException {
    assertThat(directory.recover(found(7, 8)).lineage()).isEqualTo(8);
    directory.requireCurrent();
  }

  @Test
  void whoHasLostItsFolderOrItsStoreToAnotherEnds() throws IOException {
    directory.recover(nothing());
    assertThatThrownBy(() -> directory.recover(found(2, 8)))
        .isInstanceOf(SupersededException.class)
        .hasMessageContaining("it is at lineage 2, this process is at 1");
    new Lineages(folder).open();
    assertThatThrownBy(() -> directory.requireCurrent()).isInstanceOf(SupersededException.class);
    assertThatThrownBy(() -> directory.recover(found(1, 8)))
        .isInstanceOf(SupersededException.class);
  }

  @Test
  void metricsShowTheLineageThatSurvivesAndKeepItsScores() throws IOException {
    directory.recover(nothing());
    for (long step = 1; step <= 6; step++) {
      directory.step(new StepReport(1, step, 20, Map.of("loss", 1.0)));
    }
    directory.scored(4, 1, Map.of("fd", 2.0));
    directory.scored(6, 1, Map.of("fd", 1.0));
    assertThat(directory.recover(found(1, 4)).scores()).isEqualTo(Map.of(4L, Map.of("fd", 2.0)));
    directory.step(new StepReport(2, 5, 20, Map.of("loss", 0.5)));
    directory.step(new StepReport(2, 6, 20, Map.of(), Optional.of("its loss is NaN")));
    assertThat(Files.readAllLines(folder.resolve("metrics.jsonl")))
        .hasSize(7)
        .endsWith(
            "{\"step\":5,\"lineage\":2,\"loss\":0.5}",
            "{\"step\":6,\"lineage\":2,\"skipped\":\"its loss is NaN\"}");
  }

  @Test
  void aChangedConfigurationIsKeptUnlessAnotherProcessHasTheRunNow() throws IOException {
    directory.recover(nothing());
    Config changed = Configuration.load(List.of(), List.of("gnomon.checkpoint.every=80"));
    directory.keep(changed);
    Path file = folder.resolve("config.resolved.conf");
    assertThat(ConfigFactory.parseFile(file.toFile()).getConfig("gnomon"))
        .isEqualTo(changed.getConfig("gnomon"));
    try (RunDirectory successor = new RunDirectory(folder)) {
      successor.recover(nothing());
      Config late = Configuration.load(List.of(), List.of("gnomon.checkpoint.every=400"));
      assertThatThrownBy(() -> directory.keep(late)).isInstanceOf(SupersededException.class);
    }
    assertThat(Files.readString(file)).contains("every=80");
  }
}
