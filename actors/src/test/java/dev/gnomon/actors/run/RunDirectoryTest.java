package dev.gnomon.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.checkpoint.Manifest;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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

  private Checkpoint checkpoint(long lineage, long step) throws IOException {
    WeightSet weights = new WeightSet(Map.of("weight", HostTensor.of(new float[] {step}, 1)));
    SavedFile file = new CheckpointStore(folder).writeHalf(step, lineage, "trunk", weights);
    return new CheckpointStore(folder)
        .commit(
            new Manifest(
                Manifest.FORMAT,
                "run",
                lineage,
                step,
                20,
                "",
                List.of(file),
                Map.of(),
                List.of(new dev.gnomon.model.checkpoint.Segment(lineage, 0, step)),
                List.of(new dev.gnomon.model.checkpoint.Skipped(1, "its loss is NaN")),
                Instant.EPOCH));
  }

  @Test
  void anEmptyDirectoryIsAFirstLineageFromScratch() throws IOException {
    Recovery recovery = directory.recover();
    assertThat(recovery.lineage()).isEqualTo(1);
    assertThat(recovery.start()).isEqualTo(Start.fromScratch());
    assertThat(recovery.digest()).isEmpty();
    assertThat(recovery.scores()).isEmpty();
  }

  @Test
  void eachRecoveryOpensTheNextLineageAtTheNewestCheckpoint() throws IOException {
    directory.recover();
    checkpoint(1, 4);
    Checkpoint newest = checkpoint(1, 8);
    Recovery recovery = directory.recover();
    assertThat(recovery.lineage()).isEqualTo(2);
    assertThat(recovery.start())
        .isEqualTo(
            new Start(
                8,
                newest.directory().toString(),
                List.of(new Segment(1, 0, 8)),
                List.of(new Skipped(1, "its loss is NaN"))));
    assertThat(recovery.digest()).isEqualTo(newest.manifest().digest());
  }

  @Test
  void aCheckpointWithOneFlippedByteIsSkippedWithItsReason() throws IOException {
    directory.recover();
    checkpoint(1, 4);
    Checkpoint broken = checkpoint(1, 8);
    Path file = broken.directory().resolve("trunk.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    Recovery recovery = directory.recover();
    assertThat(recovery.start().step()).isEqualTo(4);
    assertThat(recovery.skipped()).hasSize(1);
    assertThat(recovery.skipped().get(0).directory()).isEqualTo(broken.directory().toString());
    assertThat(recovery.skipped().get(0).reason()).contains("trunk.safetensors");
  }

  @Test
  void metricsShowTheLineageThatSurvivesAndKeepItsScores() throws IOException {
    directory.recover();
    for (long step = 1; step <= 6; step++) {
      directory.step(new StepReport(1, step, 20, Map.of("loss", 1.0)));
    }
    checkpoint(1, 4);
    directory.scored(4, 1, Map.of("fd", 2.0));
    directory.scored(6, 1, Map.of("fd", 1.0));
    assertThat(directory.recover().scores()).isEqualTo(Map.of(4L, Map.of("fd", 2.0)));
    directory.step(new StepReport(2, 5, 20, Map.of("loss", 0.5)));
    directory.step(new StepReport(2, 6, 20, Map.of(), Optional.of("its loss is NaN")));
    assertThat(Files.readAllLines(folder.resolve("metrics.jsonl")))
        .hasSize(7)
        .endsWith(
            "{\"step\":5,\"lineage\":2,\"loss\":0.5}",
            "{\"step\":6,\"lineage\":2,\"skipped\":\"its loss is NaN\"}");
  }
}
