package dev.gnomon.actors.checkpointer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.actors.StoredHalves;
import dev.gnomon.actors.checkpointer.CheckpointFiles.Halves;
import dev.gnomon.actors.checkpointer.CheckpointFiles.Written;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointException;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.checkpoint.Lineages;
import dev.gnomon.model.checkpoint.Manifest;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Skipped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredCheckpointsTest {

  @TempDir Path run;
  private StoredCheckpoints checkpoints;

  @BeforeEach
  void open() throws IOException {
    RunSettings settings =
        RunSettings.from(
            Configuration.load(
                List.of(),
                List.of("gnomon.checkpoint.keep-newest=1", "gnomon.checkpoint.keep-best=1")));
    checkpoints = new StoredCheckpoints(run, settings);
    new Lineages(run).open();
  }

  private Halves halves(long step) throws IOException {
    return halves(step, 1);
  }

  private Halves halves(long step, long lineage) throws IOException {
    WeightSet weights = new WeightSet(Map.of("weight", HostTensor.of(new float[] {step, 2}, 2)));
    return new Halves(
        "run",
        lineage,
        step,
        List.of(new StoredHalves(run).write(step, lineage, "trunk", weights)),
        List.of(new Segment(lineage, 0, step)),
        List.of(new Skipped(2, "the trainer's loss is NaN")));
  }

  @Test
  void theManifestHoldsLedgerSkippedStepsAndSettings() throws IOException {
    Written written = checkpoints.commit(halves(4));
    Manifest manifest = new CheckpointStore(run).open(Path.of(written.directory())).manifest();
    assertThat(manifest.digest()).isEqualTo(written.digest());
    assertThat(manifest.ledger()).containsExactly(new dev.gnomon.model.checkpoint.Segment(1, 0, 4));
    assertThat(manifest.skipped())
        .containsExactly(new dev.gnomon.model.checkpoint.Skipped(2, "the trainer's loss is NaN"));
    assertThat(manifest.settings()).containsEntry("gnomon.batch-size", "128");
    assertThat(written.bytes()).isPositive();
  }

  @Test
  void committingTwiceFindsTheCheckpointThatIsThere() throws IOException {
    Halves halves = halves(4);
    Written first = checkpoints.commit(halves);
    assertThat(checkpoints.commit(halves)).isEqualTo(first);
  }

  @Test
  void halvesOfAnOlderLineageAreRefused() throws IOException {
    Halves halves = halves(4);
    new Lineages(run).open();
    assertThatThrownBy(() -> checkpoints.commit(halves))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("lineage");
  }

  @Test
  void keepsTheNewestTheBestAndThoseInUse() throws IOException {
    for (long step : new long[] {4, 8, 12, 16}) {
      checkpoints.commit(halves(step));
    }
    assertThat(checkpoints.prune(1, 0, Map.of(4L, 1.0, 8L, 2.0), Set.of(12L))).containsExactly(8L);
    assertThat(checkpoints.prune(1, 0, Map.of(4L, 1.0), Set.of())).containsExactly(12L);
  }

  @Test
  void whatALineagePassedOverNeitherCountsNorGoes() throws IOException {
    for (long step : new long[] {4, 8, 12, 16}) {
      checkpoints.commit(halves(step));
    }
    long next = new Lineages(run).open();
    assertThat(checkpoints.prune(next, 8, Map.of(), Set.of())).containsExactly(4L);
    checkpoints.commit(halves(10, next));
    assertThat(checkpoints.prune(next, 8, Map.of(), Set.of())).containsExactly(8L);
    assertThat(new CheckpointStore(run).list())
        .extracting(Checkpoint::step)
        .containsExactly(10L, 12L, 16L);
  }
}
