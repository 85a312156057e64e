package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that a disk, or a person, has damaged; and a run that is gone on with. */
class DamagedCheckpointTest {

  @TempDir Path folder;
  private Path run;
  private Path output;

  @BeforeEach
  void aRunIsDone() throws Exception {
    run = folder.resolve("run");
    output = folder.resolve("output.txt");
    try (GnomonProcess first =
        GnomonProcess.train(run, output, "gnomon.checkpoint.keep-newest=4")) {
      assertThat(first.exit()).as(first.told()).isZero();
    }
  }

  @Test
  void theNewestThatVerifiesIsTakenAndTheOthersAreNamedWithTheReason() throws Exception {
    Path cut = checkpoint(64).resolve("trunk.safetensors");
    Path flipped = checkpoint(48).resolve("assigner.safetensors");
    Path manifest = checkpoint(32).resolve("manifest.json");
    cutShort(cut);
    flipBit(flipped);
    Files.writeString(manifest, Files.readString(manifest).replace("32", "23"));

    // As many are kept as are damaged: what is passed over must not crowd out what is whole.
    try (GnomonProcess again =
        GnomonProcess.train(run, output, "gnomon.checkpoint.keep-newest=2")) {
      assertThat(again.exit()).as(again.told()).isZero();
    }

    List<String> skipped =
        Files.readAllLines(run.resolve("supervision.log")).stream()
            .filter(line -> line.contains("event=checkpoint-skipped"))
            .toList();
    assertThat(skipped).hasSize(3);
    assertThat(skipped).anyMatch(line -> line.contains(cut + ": has "));
    assertThat(skipped).anyMatch(line -> line.contains(flipped + ": is damaged: SHA-256"));
    assertThat(skipped).anyMatch(line -> line.contains(manifest.toString()));
    assertThat(Files.readString(output))
        .contains(skipped.get(0).substring(skipped.get(0).indexOf("event=")));
    assertThat(Files.readString(run.resolve("supervision.log")))
        .contains("event=lineage number=2 step=16 of=64");
    assertThat(TinyRuns.finalDigest(run))
        .isEqualTo(TinyRuns.oracleDigest(TinyRuns.settings(), folder.resolve("oracle")));
  }

  @Test
  void aChangedConfigurationIsRefusedWithTheKeyAndNothingIsTouched() throws Exception {
    String digest = TinyRuns.finalDigest(run);
    try (GnomonProcess again =
        GnomonProcess.train(run, output, "gnomon.seed=12345", "gnomon.model.depth=4")) {
      assertThat(again.exit()).as(again.told()).isEqualTo(2);
      assertThat(again.told()).contains("gnomon.seed: is ", "gnomon.model.depth: is 2");
    }
    assertThat(TinyRuns.finalDigest(run)).isEqualTo(digest);
    assertThat(run.resolve("lineages")).isDirectoryContaining("glob:**/000001");
    assertThat(run.resolve("lineages")).isDirectoryNotContaining("glob:**/000002");
  }

  private Path checkpoint(long step) {
    return run.resolve("checkpoints").resolve("step-%06d".formatted(step));
  }

  private static void cutShort(Path file) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(open.length() / 2);
    }
  }

  private static void flipBit(Path file) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      long at = open.length() - 5;
      open.seek(at);
      int old = open.read();
      open.seek(at);
      open.write(old ^ 1);
    }
  }
}
