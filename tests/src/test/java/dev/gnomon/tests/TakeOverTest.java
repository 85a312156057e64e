package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes on one run directory: the later one owns the run, whatever the earlier one does.
 */
class TakeOverTest {

  @TempDir Path folder;
  private Path run;
  private Path earlierOutput;
  private Path laterOutput;

  @BeforeEach
  void name() {
    run = folder.resolve("run");
    earlierOutput = folder.resolve("earlier.txt");
    laterOutput = folder.resolve("later.txt");
  }

  @Test
  void aFrozenProcessThatWakesUpBesideItsSuccessorEndsAndDoesNoHarm() throws Exception {
    try (GnomonProcess earlier = GnomonProcess.train(run, earlierOutput)) {
      earlier.awaitStep(20);
      earlier.signal("STOP");
      assertThat(earlier.isAlive()).as(earlier.told()).isTrue();
      try (GnomonProcess later = GnomonProcess.train(run, laterOutput)) {
        later.await("its lineage", () -> run.resolve("lineages/000002").toFile().exists());
        later.awaitStep(24);
        earlier.signal("CONT");
        assertLaterWins(earlier, later);
      }
    }
  }

  @Test
  @Tag("faults")
  void aFrozenProcessThatWakesUpAfterItsSuccessorEndsToo() throws Exception {
    try (GnomonProcess earlier = GnomonProcess.train(run, earlierOutput)) {
      earlier.awaitStep(20);
      earlier.signal("STOP");
      assertThat(earlier.isAlive()).as(earlier.told()).isTrue();
      try (GnomonProcess later = GnomonProcess.train(run, laterOutput)) {
        assertThat(later.exit()).as(later.told()).isZero();
        earlier.signal("CONT");
        assertLaterWins(earlier, later);
      }
    }
  }

  private void assertLaterWins(GnomonProcess earlier, GnomonProcess later) throws Exception {
    assertThat(later.exit()).as(later.told()).isZero();
    assertThat(earlier.exit()).as(earlier.told()).isEqualTo(1);
    assertThat(earlier.told()).contains("another process has taken over");
    Checkpoint last = new CheckpointStore(run).newest().checkpoint().orElseThrow();
    assertThat(last.manifest().lineage()).isEqualTo(2);
    assertThat(new CheckpointStore(run).newest().rejected()).isEmpty();
    assertThat(run.resolve("lineages")).isDirectoryNotContaining("glob:**/000003");
    assertThat(TinyRuns.finalDigest(run))
        .isEqualTo(TinyRuns.oracleDigest(TinyRuns.settings(), folder.resolve("oracle")));
  }
}
