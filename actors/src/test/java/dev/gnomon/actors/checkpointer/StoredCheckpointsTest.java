package dev.gnomon.actors.checkpointer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.actors.StoredHalves;
import dev.gnomon.actors.checkpointer.CheckpointFiles.Halves;
import dev.gnomon.actors.checkpointer.CheckpointFiles.Written;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.transfer.FileExchange;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointException;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.checkpoint.Lineages;
import dev.gnomon.model.checkpoint.Manifest;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredCheckpointsTest {

  @TempDir Path run;
  private RunSettings settings;
  private StoredCheckpoints checkpoints;

  @BeforeEach
  void open() throws IOException {
    settings =
        RunSettings.from(
            Configuration.load(
                List.of(),
                List.of("gnomon.checkpoint.keep-newest=1", "gnomon.checkpoint.keep-best=1")));
    checkpoints = new StoredCheckpoints(run, settings, FileExchange.none());
    new Lineages(run).open();
  }

  private Halves halves(long step) throws IOException {
    return halves(step, 1);
  }

  private Halves halves(long step, long lineage) throws IOException {
    return halvesIn(run, step, lineage);
  }

  private static Halves halvesIn(Path folder, long step, long lineage) throws IOException {
    WeightSet weights = new WeightSet(Map.of("weight", HostTensor.of(new float[] {step, 2}, 2)));
    var half =
        new StoredHalves(folder, copying(folder, new ArrayList<>()))
            .write(step, lineage, "trunk", weights);
    return new Halves(
        "run",
        lineage,
        step,
        List.of(
            new HalfSaved(
                new Lineage("run", lineage),
                step,
                "trunk",
                List.of(half.file()),
                Map.of(),
                half.location())),
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

  @Test
  void halvesOfAnotherFolderAreFetchedAndTheStoreIsWrittenHereAlone() throws IOException {
    Path owners = run.resolve("another");
    Halves halves = halvesIn(owners, 4, 1);
    List<String> fetched = new ArrayList<>();
    StoredCheckpoints store = new StoredCheckpoints(run, settings, copying(owners, fetched));
    store.gather(halves, () -> true);
    store.gather(halves, () -> true); // the checkpointer was killed in between
    assertThat(fetched).containsExactly("here trunk.safetensors");
    Written written = store.commit(halves);
    assertThat(Path.of(written.directory())).startsWith(run.resolve("checkpoints"));
    assertThat(owners.resolve("lineages")).doesNotExist();
    store.gather(halves, () -> true);
    assertThat(store.commit(halves)).isEqualTo(written);
    assertThat(fetched).hasSize(1);
  }

  @Test
  void halvesThatCanNotBeFetchedLeaveNothing() throws IOException {
    Halves halves = halvesIn(run.resolve("another"), 4, 1);
    assertThatThrownBy(() -> checkpoints.gather(halves, () -> true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("trunk.safetensors is not there");
    assertThat(run.resolve("checkpoints")).isEmptyDirectory();
  }

  @Test
  void halvesOfAnotherFolderAndAnOlderLineageAreRefused() throws IOException {
    Path owners = run.resolve("another");
    Halves halves = halvesIn(owners, 4, 1);
    StoredCheckpoints store =
        new StoredCheckpoints(run, settings, copying(owners, new ArrayList<>()));
    store.gather(halves, () -> true);
    store.adopt(2);
    assertThatThrownBy(() -> store.commit(halves))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("lineage 1 may not touch it, the run is at lineage 2");
    assertThat(run.resolve("checkpoints")).isEmptyDirectory();
  }

  /** Copies what the owner's folder holds. */
  private static FileExchange copying(Path owners, List<String> fetched) {
    return new FileExchange() {
      @Override
      public String offer(SavedFile file, Path path) {
        return "here";
      }

      @Override
      public void fetch(String location, SavedFile file, Path place, Recipient recipient)
          throws IOException {
        fetched.add(location + " " + file.name());
        Files.copy(new CheckpointStore(owners).half(4, 1, file.half()), place);
      }
    };
  }

  @Test
  void theNewestCheckpointThatVerifiesIsWhereARunGoesOn() throws IOException {
    assertThat(checkpoints.newest())
        .isEqualTo(new CheckpointFiles.Newest(1, Start.fromScratch(), "", List.of()));
    Written written = checkpoints.commit(halves(4));
    Written broken = checkpoints.commit(halves(8));
    Path file = Path.of(broken.directory(), "trunk.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    CheckpointFiles.Newest newest = checkpoints.newest();
    assertThat(newest.start())
        .isEqualTo(
            new Start(
                4,
                written.directory(),
                List.of(new Segment(1, 0, 4)),
                List.of(new Skipped(2, "the trainer's loss is NaN"))));
    assertThat(newest.digest()).isEqualTo(written.digest());
    assertThat(newest.skipped()).hasSize(1);
    assertThat(newest.skipped().get(0).directory()).isEqualTo(broken.directory());
    assertThat(newest.skipped().get(0).reason()).contains("trunk.safetensors");
  }

  @Test
  void theLineageOfACheckpointThatWasBroughtFromAnotherRunCounts() throws IOException {
    checkpoints.adopt(9);
    checkpoints.commit(halves(4, 9));
    Files.delete(run.resolve("lineages/000009"));
    assertThat(checkpoints.newest().lineage()).isEqualTo(9);
  }

  @Test
  void aCheckpointIsOfferedWithAllItsFiles() throws IOException {
    Written written = checkpoints.commit(halves(4));
    CheckpointFiles.Offer offer = checkpoints.offer(4).orElseThrow();
    assertThat(offer.directory()).isEqualTo(written.directory());
    assertThat(offer.location()).isEmpty();
    assertThat(offer.files()).extracting(f -> f.name()).containsExactly("trunk.safetensors");
    assertThat(checkpoints.offer(8)).isEmpty();
  }
}
