package dev.gnomon.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  @TempDir Path parent;
  private StoredRun run;
  private CheckpointStore store;
  private long lineage;

  @BeforeEach
  void openLineage() throws IOException {
    run = StoredRun.in(parent);
    store = run.store();
    lineage = run.lineages().open();
  }

  @Test
  void whatWasCommittedIsFoundWhole() throws IOException {
    Checkpoint written = run.write(400, lineage);

    Checkpoint found = store.newest().checkpoint().orElseThrow();

    assertThat(found).isEqualTo(written);
    assertThat(found.directory()).isEqualTo(run.directory().resolve("checkpoints/step-000400"));
    assertThat(found.manifest().digest()).isEqualTo(StoredRun.digest(400));
    assertThat(found.manifest().skipped()).containsExactly(new Skipped(3, "the image file is cut"));
    assertThat(found.has("trunk")).isTrue();
    assertThat(found.has("teacher")).isFalse();
    assertThat(found.weights("trunk").get("student.w").floats())
        .containsExactly(400, 0.5f, -400, 4);
    assertThat(found.weights("assigner").names())
        .containsExactly("student.prototypes", "histogram");
    assertThat(run.names()).containsExactly("step-000400");
  }

  @Test
  void theManifestNamesTheHashOfEachFile() throws Exception {
    Checkpoint written = run.write(400, lineage);

    for (SavedFile file : written.manifest().files()) {
      byte[] bytes = Files.readAllBytes(written.directory().resolve(file.name()));
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      assertThat(file.bytes()).isEqualTo(bytes.length);
      assertThat(file.sha256()).isEqualTo(HexFormat.of().formatHex(hash));
      assertThat(written.directory().resolve("manifest.json"))
          .content()
          .contains(file.sha256(), written.manifest().digest());
    }
  }

  @Test
  void anEmptyRunHasNoCheckpoints() throws IOException {
    assertThat(store.newest()).isEqualTo(new CheckpointStore.Found(Optional.empty(), List.of()));
    assertThat(store.list()).isEmpty();
  }

  @Test
  void oneFlippedByteAnywhereIsPassedOverWithTheReason() throws IOException {
    Checkpoint older = run.write(200, lineage);
    for (Path file : filesOf(run.write(400, lineage))) {
      byte[] sound = Files.readAllBytes(file);
      for (int at = 0; at < sound.length; at++) {
        byte[] damaged = sound.clone();
        damaged[at] ^= (byte) (1 << at % 8);
        Files.write(file, damaged);
        assertPassedOver(file, older);
      }
      Files.write(file, sound);
    }
    assertThat(store.newest().checkpoint().orElseThrow().step()).isEqualTo(400);
  }

  @Test
  void aCutFileIsPassedOverWithTheReason() throws IOException {
    Checkpoint older = run.write(200, lineage);
    for (Path file : filesOf(run.write(400, lineage))) {
      byte[] sound = Files.readAllBytes(file);
      for (int length = 0; length < sound.length; length += 7) {
        Files.write(file, Arrays.copyOf(sound, length));
        assertPassedOver(file, older);
      }
      Files.delete(file);
      assertPassedOver(file, older);
      Files.write(file, sound);
    }
  }

  /** It may be read another time, and then it would be lost if an older one had taken its place. */
  @Test
  void aFileThatCanNotBeReadIsNotPassedOver() throws IOException {
    run.write(200, lineage);
    for (Path file : filesOf(run.write(400, lineage))) {
      byte[] sound = Files.readAllBytes(file);
      Files.delete(file);
      Files.createSymbolicLink(file, file); // "too many levels", for root as well
      assertThatThrownBy(() -> store.newest())
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("can not be read")
          .hasMessageContaining("move it away if it is lost");
      assertThat(store.list()).isNotEmpty();
      Files.delete(file);
      Files.write(file, sound);
    }
    assertThat(store.newest().checkpoint().orElseThrow().step()).isEqualTo(400);
  }

  @Test
  void aFutureFormatIsNamed() throws IOException {
    Path manifest = run.write(400, lineage).directory().resolve("manifest.json");
    Files.writeString(
        manifest, Files.readString(manifest).replace("\"format\" : 1", "\"format\" : 2"));

    assertThatThrownBy(() -> store.open(manifest.getParent()))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(manifest + ": has format 2, this build reads 1");
  }

  @Test
  void aCheckpointUnderTheNameOfAnotherStepIsRefused() throws IOException {
    Path other = run.directory().resolve("checkpoints/step-000500");
    Files.move(run.write(400, lineage).directory(), other);

    assertThatThrownBy(() -> store.open(other)).hasMessageContaining("is of step 400");
  }

  @Test
  void aCheckpointCopiedElsewhereOpens() throws IOException {
    Path copy = parent.resolve("best");
    Files.move(run.write(400, lineage).directory(), copy);

    assertThat(store.open(copy).manifest().digest()).isEqualTo(StoredRun.digest(400));
  }

  @Test
  void halvesThatDifferFromTheDraftAreNotCommitted() throws IOException {
    SavedFile trunk = store.writeHalf(400, lineage, "trunk", StoredRun.trunk(400));
    store.writeHalf(400, lineage, "trunk", StoredRun.trunk(399));

    assertThatThrownBy(() -> store.commit(StoredRun.draft(400, lineage, trunk)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("trunk.safetensors")
        .hasMessageContaining("is damaged");
    assertThat(run.names()).isEmpty();
  }

  @Test
  void aStaleLineageMayNotCommit() throws IOException {
    Checkpoint older = run.write(200, lineage);
    SavedFile trunk = store.writeHalf(400, lineage, "trunk", StoredRun.trunk(400));
    run.lineages().open();

    assertThatThrownBy(() -> store.commit(StoredRun.draft(400, lineage, trunk)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("lineage 1 may not touch it, the run is at lineage 2");
    assertThat(run.names()).containsExactly("step-000200");
    assertThat(store.newest().checkpoint()).contains(older);
  }

  @Test
  void aNewLineageReplacesTheSameStep() throws IOException {
    run.write(400, lineage);
    Checkpoint again = run.write(400, run.lineages().open());

    assertThat(store.newest().checkpoint()).contains(again);
    assertThat(store.list()).containsExactly(again);
    assertThat(run.names()).containsExactly("step-000400");
  }

  @Test
  void theNewestLineageIsNewerThanALaterStepOfAnOlderOne() throws IOException {
    run.write(200, lineage);
    run.write(400, lineage);
    Checkpoint branch = run.write(300, run.lineages().open());

    assertThat(store.newest().checkpoint()).contains(branch);
    assertThat(store.list()).extracting(Checkpoint::step).containsExactly(200L, 300L, 400L);
  }

  @Test
  void theDigestDependsOnWeightsAlone() throws IOException {
    Checkpoint first = run.write(400, lineage);
    StoredRun elsewhere = StoredRun.in(parent);
    elsewhere.lineages().open();
    long later = elsewhere.lineages().open();
    CheckpointStore other = elsewhere.store();
    Map<String, HostTensor> turned = new LinkedHashMap<>();
    turned.put("counter.step", StoredRun.trunk(400).get("counter.step"));
    turned.put("student.w", StoredRun.trunk(400).get("student.w"));
    Checkpoint second =
        other.commit(
            StoredRun.draft(
                400,
                later,
                other.writeHalf(400, later, "assigner", StoredRun.assigner(400)),
                other.writeHalf(400, later, "trunk", new WeightSet(turned))));

    assertThat(second.manifest().digest()).isEqualTo(first.manifest().digest());
    assertThat(run.write(401, lineage).manifest().digest()).isNotEqualTo(first.manifest().digest());
  }

  @Test
  void theDigestTellsApartShapesTypesNamesAndHalves() {
    HostTensor row = HostTensor.of(new float[] {1, 2}, 1, 2);
    HostTensor column = HostTensor.of(new float[] {1, 2}, 2, 1);
    HostTensor whole = new HostTensor(HostTensor.Type.I32, new long[] {1, 2}, row.data());

    assertThat(
            List.of(
                digest("trunk", "a", row),
                digest("trunk", "a", column),
                digest("trunk", "a", whole),
                digest("trunk", "b", row),
                digest("assigner", "a", row)))
        .doesNotHaveDuplicates();
  }

  @Test
  void aDeletedCheckpointIsGone() throws IOException {
    Checkpoint older = run.write(200, lineage);
    store.delete(run.write(400, lineage), lineage);

    assertThat(store.list()).containsExactly(older);
    assertThat(run.names()).containsExactly("step-000200");
  }

  @Test
  void aProcessThatWasSupersededDeletesNothing() throws IOException {
    Checkpoint checkpoint = run.write(400, lineage);
    run.lineages().open();

    assertThatThrownBy(() -> store.delete(checkpoint, lineage))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("another process has taken over");
    assertThat(store.newest().checkpoint()).contains(checkpoint);
  }

  @Test
  void halvesOfAnAbandonedCheckpointAreGone() throws IOException {
    store.writeHalf(400, lineage, "trunk", StoredRun.trunk(400));
    store.abandon(400, lineage);

    assertThat(run.names()).isEmpty();
  }

  @Test
  void anOwnersHalvesGoWhenTheyAreOfNoMoreUseAndThoseOfOthersStay() throws IOException {
    for (long step : new long[] {200, 400, 600}) {
      store.writeHalf(step, lineage, "trunk", StoredRun.trunk(step));
    }
    store.writeHalf(200, lineage, "assigner", StoredRun.assigner(200));
    store.discardHalves("trunk", lineage, step -> step <= 400);
    assertThat(run.names())
        .containsExactly(".step-000200.1.assigner.half", ".step-000600.1.trunk.half");
    store.discardHalves("trunk", lineage + 1, step -> false);
    assertThat(run.names()).containsExactly(".step-000200.1.assigner.half");
  }

  @Test
  void aHalfIsTakenOutOfItsOwnersHands() throws IOException {
    SavedFile trunk = store.writeHalf(400, lineage, "trunk", StoredRun.trunk(400));
    assertThat(store.holds(400, lineage, trunk)).isTrue();
    store.discardHalves("trunk", lineage, step -> true);
    assertThat(store.holds(400, lineage, trunk)).isTrue();
    assertThat(store.commit(StoredRun.draft(400, lineage, trunk)).step()).isEqualTo(400);
  }

  @Test
  void aHalfThatIsNotAsItWasSavedIsNotHeldAndGoes() throws IOException {
    store.writeHalf(400, lineage, "trunk", StoredRun.trunk(399));
    SavedFile trunk = StoredRun.in(parent).store().writeHalf(400, 1, "trunk", StoredRun.trunk(400));
    assertThat(store.holds(400, lineage, trunk)).isFalse();
    assertThat(store.holds(600, lineage, trunk)).isFalse();
    assertThat(store.place(400, lineage, trunk)).doesNotExist();
  }

  @Test
  void halvesThatWereBroughtFromElsewhereMakeACheckpoint() throws IOException {
    CheckpointStore owners = StoredRun.in(parent).store();
    SavedFile trunk = owners.writeHalf(400, lineage, "trunk", StoredRun.trunk(400));
    assertThat(store.holds(400, lineage, trunk)).isFalse();
    Files.copy(owners.half(400, lineage, "trunk"), store.place(400, lineage, trunk));
    assertThat(store.holds(400, lineage, trunk)).isTrue();
    assertThat(store.commit(StoredRun.draft(400, lineage, trunk)).step()).isEqualTo(400);
  }

  @Test
  void partialsOfOlderLineagesAreDroppedAndLiveOnesStay() throws IOException {
    store.writeHalf(400, lineage, "trunk", StoredRun.trunk(400));
    long next = run.lineages().open();
    store.writeHalf(400, next, "trunk", StoredRun.trunk(400));
    store.dropPartials();

    assertThat(run.names()).containsExactly(".step-000400.2.trunk.half");
  }

  @Test
  void aCommitDropsHalvesOfEarlierStepsThatNeverBecameWhole() throws IOException {
    store.writeHalf(200, lineage, "trunk", StoredRun.trunk(200));
    store.writeHalf(600, lineage, "trunk", StoredRun.trunk(600));
    run.write(400, lineage);

    assertThat(run.names()).containsExactly(".step-000600.1.trunk.half", "step-000400");
  }

  private void assertPassedOver(Path damaged, Checkpoint older) throws IOException {
    CheckpointStore.Found found = store.newest();

    assertThat(found.checkpoint()).contains(older);
    assertThat(found.rejected()).hasSize(1);
    assertThat(found.rejected().get(0).directory()).isEqualTo(damaged.getParent());
    assertThat(found.rejected().get(0).reason()).startsWith(damaged + ": ");
  }

  private static List<Path> filesOf(Checkpoint checkpoint) throws IOException {
    try (var files = Files.list(checkpoint.directory())) {
      return files.sorted().toList();
    }
  }

  private static String digest(String half, String name, HostTensor tensor) {
    return WeightDigest.of(Map.of(half, new WeightSet(Map.of(name, tensor))));
  }
}
