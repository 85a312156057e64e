package dev.gnomon.model.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.model.data.BatchOrder;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.data.DataSettings;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.data.ImageSets;
import dev.gnomon.model.engine.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureExtractionTest {

  private static final Map<String, String> ORIGIN = Map.of("seed", "0", "images", "shapes");

  private final ImageSet images =
      ImageSets.open(new DataSettings("shapes", Optional.empty(), 16, 3, 1, false));
  private final long[] ids = BatchOrder.selection(3, images.count(), 150);
  private final List<Set<String>> passes = new ArrayList<>();

  @TempDir Path path;

  /** Gives each image its id, the layer and the noise level. */
  private final class MadeUp implements FeatureSource {
    private int failingAfter = Integer.MAX_VALUE;

    @Override
    public List<String> layers() {
      return List.of("a", "b", "c");
    }

    @Override
    public int dimensions() {
      return 3;
    }

    @Override
    public Map<String, float[]> features(ImageBatch batch, double noise, Set<String> wanted) {
      if (failingAfter-- == 0) {
        throw new IllegalStateException("the device is gone");
      }
      passes.add(wanted);
      Map<String, float[]> all = new LinkedHashMap<>();
      for (String layer : wanted) {
        float[] rows = new float[3 * batch.count()];
        for (int i = 0; i < batch.count(); i++) {
          rows[3 * i] = batch.ids()[i];
          rows[3 * i + 1] = layers().indexOf(layer);
          rows[3 * i + 2] = (float) noise;
        }
        all.put(layer, rows);
      }
      return all;
    }

    @Override
    public void close() {}
  }

  @Test
  void onePassForEachNoiseLevelGivesAllLayers() throws IOException {
    FeatureExtraction.Outcome outcome = extract(new MadeUp(), List.of(0, 2), List.of(0.2, 0.35));
    assertThat(outcome).isEqualTo(new FeatureExtraction.Outcome(4, 0));
    assertThat(passes).hasSize(2 * 3).allMatch(Set.of("a", "c")::equals); // blocks of 64
    FeatureFolder folder = new FeatureFolder(path);
    assertThat(folder.ids()).isEqualTo(ids);
    assertThat(folder.labels()[7]).isEqualTo(images.label((int) ids[7]));
    assertThat(folder.entries().stream().map(FeatureFolder.Entry::name))
        .containsExactly(
            "layer-00-noise-0.20",
            "layer-00-noise-0.35",
            "layer-02-noise-0.20",
            "layer-02-noise-0.35");
    try (NpyFile rows = NpyFile.rows(folder.entry(2, 0.35).file())) {
      assertThat(rows.count()).isEqualTo(150);
      float[] some = new float[6];
      rows.read(148, 150, some);
      assertThat(some).containsExactly(ids[148], 2, 0.35f, ids[149], 2, 0.35f);
    }
  }

  @Test
  void whatIsThereIsNotMadeAgain() throws IOException {
    extract(new MadeUp(), List.of(0), List.of(0.2));
    Path first = new FeatureFolder(path).entry(0, 0.2).file();
    FileTime written = Files.getLastModifiedTime(first);
    passes.clear();
    assertThat(extract(new MadeUp(), List.of(0, 1), List.of(0.2)))
        .isEqualTo(new FeatureExtraction.Outcome(1, 1));
    assertThat(passes).allMatch(Set.of("b")::equals);
    assertThat(Files.getLastModifiedTime(first)).isEqualTo(written);
  }

  @Test
  void whatWasCutLeavesNoFileAndTheNextAttemptDoesIt() throws IOException {
    MadeUp failing = new MadeUp();
    failing.failingAfter = 4;
    assertThatThrownBy(() -> extract(failing, List.of(0, 1), List.of(0.2, 0.4)))
        .hasMessage("the device is gone");
    assertThat(new FeatureFolder(path).entries()).hasSize(2); // of the first noise level
    try (var files = Files.list(path)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".partial"));
    }
    assertThat(extract(new MadeUp(), List.of(0, 1), List.of(0.2, 0.4)))
        .isEqualTo(new FeatureExtraction.Outcome(2, 2));
  }

  @Test
  void featuresOfSomethingElseAreNotMixedIn() throws IOException {
    extract(new MadeUp(), List.of(0), List.of(0.2));
    FeatureExtraction again = new FeatureExtraction(new MadeUp(), images, ids);
    assertThatThrownBy(
            () ->
                again.into(
                    new FeatureFolder(path),
                    Map.of("seed", "1", "images", "elsewhere"),
                    List.of(0),
                    List.of(0.2),
                    (done, total) -> {}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("of another seed (0, not 1); choose another folder");
  }

  @Test
  void twoCommandsDoNotWriteIntoOneFolder() throws IOException {
    FeatureFolder folder = new FeatureFolder(path);
    try (FolderLock held = folder.hold(ORIGIN, ids, new int[ids.length])) {
      assertThatThrownBy(() -> extract(new MadeUp(), List.of(0), List.of(0.2)))
          .hasMessageContaining("another command is writing there");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 60, 127, 128, 140})
  void aFileThatIsCutIsRefused(int bytes) throws IOException {
    extract(new MadeUp(), List.of(0), List.of(0.2));
    Path file = new FeatureFolder(path).entry(0, 0.2).file();
    byte[] whole = Files.readAllBytes(file);
    assertThat(whole.length).isEqualTo(128 + 150 * 3 * 4);
    Files.write(file, java.util.Arrays.copyOf(whole, bytes));
    assertThatThrownBy(() -> NpyFile.rows(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file.toString());
  }

  private FeatureExtraction.Outcome extract(
      FeatureSource source, List<Integer> layers, List<Double> noise) throws IOException {
    return new FeatureExtraction(source, images, ids)
        .into(new FeatureFolder(path), ORIGIN, layers, noise, (done, total) -> {});
  }
}
