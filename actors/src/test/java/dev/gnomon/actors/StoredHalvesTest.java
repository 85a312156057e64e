package dev.gnomon.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.actors.transfer.FileExchange;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.checkpoint.Lineages;
import dev.gnomon.model.checkpoint.Manifest;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.CheckpointOffered;
import dev.gnomon.protocol.Lineage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints as nodes read them whose folder is the store, and those whose folder is not. */
class StoredHalvesTest {

  /** Another node, from which files come at once. */
  private static final class Elsewhere implements FileExchange {
    final Map<String, Path> offered = new HashMap<>();
    final List<String> fetched = new ArrayList<>();

    @Override
    public String offer(SavedFile file, Path path) {
      offered.put(file.sha256(), path);
      return "elsewhere";
    }

    @Override
    public void fetch(String location, SavedFile file, Path place, Recipient recipient)
        throws IOException {
      assertThat(location).isEqualTo("elsewhere");
      if (!offered.containsKey(file.sha256())) {
        throw new FileNotFoundException(file.name());
      }
      Files.createDirectories(place.getParent());
      Files.copy(offered.get(file.sha256()), place, StandardCopyOption.REPLACE_EXISTING);
      fetched.add(file.name());
    }
  }

  @TempDir private Path folder;
  private final Elsewhere exchange = new Elsewhere();
  private Path store;
  private StoredHalves reader;

  @BeforeEach
  void open() throws IOException {
    store = folder.resolve("store");
    reader = new StoredHalves(folder.resolve("reader"), exchange);
    new Lineages(store).open();
  }

  private static WeightSet weights(long step, String half) {
    return new WeightSet(Map.of(half, HostTensor.of(new float[] {step, 2}, 2)));
  }

  private CheckpointOffered checkpoint(long step) throws IOException {
    CheckpointStore writer = new CheckpointStore(store);
    SavedFile trunk = writer.writeHalf(step, 1, "trunk", weights(step, "trunk"));
    SavedFile assigner = writer.writeHalf(step, 1, "assigner", weights(step, "assigner"));
    Checkpoint whole =
        writer.commit(
            new Manifest(
                Manifest.FORMAT,
                "run",
                1,
                step,
                20,
                "",
                List.of(trunk, assigner),
                Map.of(),
                List.of(),
                List.of(),
                Instant.EPOCH));
    String location = "";
    for (SavedFile file : whole.manifest().files()) {
      location = exchange.offer(file, whole.directory().resolve(file.name()));
    }
    return new CheckpointOffered(
        new Lineage("run", 1),
        step,
        whole.directory().toString(),
        location,
        whole.manifest().files().stream().map(Translation::file).toList());
  }

  private WeightSet trunk(CheckpointCopies by, CheckpointOffered offered) throws IOException {
    return by.read(offered, "trunk"::equals, () -> true).get("trunk");
  }

  private List<String> copies() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("reader/fetched"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whereTheFolderIsTheStoreNothingIsFetched() throws IOException {
    StoredHalves inPlace = new StoredHalves(store, exchange);
    assertThat(trunk(inPlace, checkpoint(4))).isEqualTo(weights(4, "trunk"));
    assertThat(exchange.fetched).isEmpty();
    assertThat(store.resolve("fetched")).doesNotExist();
  }

  @Test
  void elsewhereWhatIsNeededIsFetchedOnce() throws IOException {
    CheckpointOffered offered = checkpoint(4);
    assertThat(trunk(reader, offered)).isEqualTo(weights(4, "trunk"));
    assertThat(exchange.fetched).containsExactly("trunk.safetensors");
    assertThat(trunk(reader, offered)).isEqualTo(weights(4, "trunk"));
    StoredHalves afterARestart = new StoredHalves(folder.resolve("reader"), exchange);
    assertThat(afterARestart.read(offered, half -> true, () -> true))
        .isEqualTo(Map.of("trunk", weights(4, "trunk"), "assigner", weights(4, "assigner")));
    assertThat(exchange.fetched).containsExactly("trunk.safetensors", "assigner.safetensors");
  }

  /** A folder of the same name on another host, with checkpoints of another time. */
  @Test
  void aCheckpointOfTheSameNameThatIsAnotherOneIsNotTaken() throws IOException {
    CheckpointOffered offered = checkpoint(4);
    Path alike = Files.createDirectories(folder.resolve("reader/checkpoints/step-000004"));
    Files.copy(Path.of(offered.directory(), "trunk.safetensors"), alike.resolve("copy"));
    byte[] other = Files.readAllBytes(alike.resolve("copy"));
    other[other.length - 1] ^= 1;
    Files.write(alike.resolve("trunk.safetensors"), other);
    assertThat(trunk(reader, offered)).isEqualTo(weights(4, "trunk"));
    assertThat(exchange.fetched).hasSize(1);
  }

  @Test
  void aCopyThatWasDamagedSinceIsFetchedAgain() throws IOException {
    CheckpointOffered offered = checkpoint(4);
    trunk(reader, offered);
    Path copy = folder.resolve("reader/fetched").resolve(copies().get(0));
    Files.write(copy, new byte[3]);
    assertThat(trunk(reader, offered)).isEqualTo(weights(4, "trunk"));
    assertThat(exchange.fetched).hasSize(2);
  }

  @Test
  void copiesOfTheStepInUseAndTheOneBeforeStay() throws IOException {
    for (long step : new long[] {12, 4, 8}) {
      trunk(reader, checkpoint(step));
      for (String copy : copies()) {
        Path path = folder.resolve("reader/fetched").resolve(copy);
        Files.setLastModifiedTime(
            path, FileTime.from(Files.getLastModifiedTime(path).toInstant().minusSeconds(60)));
      }
    }
    Path foreign = Files.createFile(folder.resolve("reader/fetched/notes.txt"));
    trunk(reader, checkpoint(16));
    assertThat(copies())
        .hasSize(3)
        .anyMatch(copy -> copy.startsWith("step-000008."))
        .anyMatch(copy -> copy.startsWith("step-000016."))
        .contains(foreign.getFileName().toString());
  }

  @Test
  void aHalfIsOfferedFromWhereItWasWritten() throws IOException {
    CheckpointHalves.Half half = reader.write(4, 1, "trunk", weights(4, "trunk"));
    assertThat(half.location()).isEqualTo("elsewhere");
    assertThat(half.file().name()).isEqualTo("trunk.safetensors");
    Path offered = exchange.offered.get(half.file().sha256());
    assertThat(Translation.file(half.file()).is(offered)).isTrue();
    reader.discard("trunk", 1, step -> step == 4);
    assertThat(offered).doesNotExist();
  }

  @Test
  void whatCanNotBeFetchedIsAnError() throws IOException {
    CheckpointOffered offered = checkpoint(4);
    exchange.offered.clear();
    assertThatThrownBy(() -> trunk(reader, offered)).isInstanceOf(FileNotFoundException.class);
  }
}
