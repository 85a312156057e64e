package dev.gnomon.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.model.checkpoint.FailingDisk.Killed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints whose writer ends between any two of its operations, or at any byte. */
class InterruptedCheckpointTest {
  private static final int MORE_OPERATIONS_THAN_ANY_COMMIT = 60;

  @TempDir Path parent;

  private interface Work {
    void on(CheckpointStore store) throws IOException;
  }

  @Test
  void killAnywhereInACommitLeavesTheOldOrTheWholeNewOne() throws IOException {
    List<Long> outcomes =
        killEverywhere(
            run -> run.write(200, run.lineages().open()),
            store -> StoredRun.write(store, 400, 1),
            (run, found) ->
                assertThat(found.manifest().digest()).isEqualTo(StoredRun.digest(found.step())));

    assertThat(outcomes).isSorted().startsWith(200L).endsWith(400L);
  }

  @Test
  void killAnywhereInAReplacementLeavesTheOldOrTheWholeNewOne() throws IOException {
    List<Long> outcomes =
        killEverywhere(
            run -> {
              run.write(200, run.lineages().open());
              run.write(400, 1);
              run.lineages().open();
            },
            store -> StoredRun.write(store, 400, 2),
            (run, found) -> assertThat(found.manifest().digest()).isEqualTo(StoredRun.digest(400)));

    assertThat(outcomes).containsOnly(400L);
  }

  @Test
  void killAnywhereInADeletionLeavesTheCheckpointOrNothingOfIt() throws IOException {
    List<Long> outcomes =
        killEverywhere(
            run -> {
              run.write(200, run.lineages().open());
              run.write(400, 1);
            },
            store -> store.delete(store.newest().checkpoint().orElseThrow(), 1),
            (run, found) -> {});

    assertThat(outcomes).startsWith(400L).endsWith(200L);
  }

  @Test
  void aFullDiskAtAnyByteLosesNothingAndTheNextCheckpointSucceeds() throws IOException {
    int failures = 0;
    for (long bytes = 0; ; bytes += 97) {
      StoredRun run = StoredRun.in(parent);
      Checkpoint older = run.write(200, run.lineages().open());
      CheckpointStore store = new CheckpointStore(run.directory(), FailingDisk.withSpaceFor(bytes));
      try {
        StoredRun.write(store, 400, 1);
        break;
      } catch (CheckpointException e) {
        failures++;
        assertThat(e).hasMessageContaining("No space left on device").hasMessageContaining("400");
        assertThat(run.store().newest())
            .isEqualTo(new CheckpointStore.Found(Optional.of(older), List.of()));
        store.abandon(400, 1);
        assertThat(run.names()).containsExactly("step-000200");
        assertThat(run.write(600, 1)).isEqualTo(run.store().newest().checkpoint().orElseThrow());
      }
    }
    assertThat(failures).isGreaterThan(10);
  }

  @Test
  void aHalfThatDoesNotFitLeavesTheOtherHalfAndNothingOfItself() throws IOException {
    StoredRun run = StoredRun.in(parent);
    run.store().writeHalf(400, run.lineages().open(), "trunk", StoredRun.trunk(400));
    CheckpointStore full = new CheckpointStore(run.directory(), FailingDisk.withSpaceFor(50));

    assertThatThrownBy(() -> full.writeHalf(400, 1, "assigner", StoredRun.assigner(400)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(".assigner.half: can not be written: No space left on device");
    assertThat(run.names()).containsExactly(".step-000400.1.trunk.half");
  }

  private interface Preparation {
    void of(StoredRun run) throws IOException;
  }

  private interface Expectation {
    void holds(StoredRun run, Checkpoint found) throws IOException;
  }

  /** The newest step after the work was killed after 0, 1, ... operations. */
  private List<Long> killEverywhere(Preparation before, Work work, Expectation after)
      throws IOException {
    List<Long> outcomes = new ArrayList<>();
    boolean killed = true;
    for (int operations = 0; killed; operations++) {
      assertThat(operations).isLessThan(MORE_OPERATIONS_THAN_ANY_COMMIT);
      StoredRun run = StoredRun.in(parent);
      before.of(run);
      try {
        work.on(new CheckpointStore(run.directory(), FailingDisk.killedAfter(operations)));
        killed = false;
      } catch (Killed e) {
        killed = true;
      }
      CheckpointStore.Found found = run.store().newest();
      assertThat(found.rejected()).isEmpty();
      after.holds(run, found.checkpoint().orElseThrow());
      outcomes.add(found.checkpoint().orElseThrow().step());
      assertTheSuccessorGoesOn(run, found.checkpoint().orElseThrow());
    }
    return outcomes;
  }

  private static void assertTheSuccessorGoesOn(StoredRun run, Checkpoint from) throws IOException {
    long next = run.lineages().open();
    run.store().dropPartials();
    assertThat(run.names()).allMatch(name -> name.startsWith("step-"));
    assertThat(run.store().newest().checkpoint().orElseThrow().step()).isEqualTo(from.step());

    Checkpoint again = run.write(400, next);
    assertThat(run.store().newest().checkpoint()).contains(again);
    assertThat(run.names()).containsExactly("step-000200", "step-000400");
  }
}
