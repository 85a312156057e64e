package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.checkpoint.CheckpointStore;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real program in processes of its own, killed without warning and started again. */
class KillAndResumeTest {

  @TempDir Path folder;

  @Test
  void aRunKilledAtRandomStepsEndsAsTheUntouchedOne() throws Exception {
    String untouched = TinyRuns.oracleDigest(TinyRuns.settings(), folder.resolve("oracle"));
    long seed = Long.getLong("gnomon.test.seed", System.nanoTime());
    System.out.println("KillAndResumeTest: -Dgnomon.test.seed=" + seed);
    Random random = new Random(seed);
    Path run = folder.resolve("run");
    Path output = folder.resolve("output.txt");
    for (int kill = 0; kill < 3; kill++) {
      try (GnomonProcess process = GnomonProcess.train(run, output)) {
        process.awaitStep(5 + kill * 18 + random.nextInt(18));
      }
    }
    try (GnomonProcess last = GnomonProcess.train(run, output)) {
      assertThat(last.exit()).as(last.told()).isZero();
    }
    assertThat(TinyRuns.finalDigest(run)).isEqualTo(untouched);
  }

  @Test
  void toldToEndItWritesALastCheckpointAndThatIsNoFailure() throws Exception {
    Path run = folder.resolve("told");
    Path output = folder.resolve("told.txt");
    try (GnomonProcess process =
        GnomonProcess.train(run, output, "gnomon.checkpoint.every=64", "gnomon.evaluate.every=0")) {
      process.awaitStep(12);
      process.signal("TERM");
      assertThat(process.exit()).as(process.told()).isZero();
      assertThat(process.told()).contains("Stopped after");
    }
    assertThat(new CheckpointStore(run).list()).as("the last one").hasSize(1);
    assertThat(run.resolve("pictures/codes.png")).isNotEmptyFile();
    try (GnomonProcess last =
        GnomonProcess.train(run, output, "gnomon.checkpoint.every=64", "gnomon.evaluate.every=0")) {
      assertThat(last.exit()).as(last.told()).isZero();
    }
    assertThat(TinyRuns.finalDigest(run))
        .isEqualTo(TinyRuns.oracleDigest(TinyRuns.settings(), folder.resolve("told-oracle")));
  }
}
