package dev.gnomon.tests;

import com.typesafe.config.Config;
import dev.gnomon.actors.loader.SetOfImages;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.checkpoint.Lineages;
import dev.gnomon.model.checkpoint.Manifest;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.data.BatchOrder;
import dev.gnomon.model.data.BatchReader;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.data.ImageSets;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.features.ImageCodes;
import dev.gnomon.model.training.SequentialTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Runs small enough to be repeated: 64 steps on the built-in shapes, on one thread. */
public final class TinyRuns {

  static final long STEPS = 64;

  private static final List<String> SETS =
      List.of(
          "gnomon.steps=" + STEPS,
          "gnomon.batch-size=8",
          "gnomon.precision=fp32",
          "gnomon.boundary=0.4",
          "gnomon.ema-decay=0.9",
          "gnomon.threads=1",
          "gnomon.model.width=32",
          "gnomon.model.depth=2",
          "gnomon.model.heads=4",
          "gnomon.model.patch=4",
          "gnomon.data.kind=shapes",
          "gnomon.data.size=16",
          "gnomon.data.channels=3",
          "gnomon.condition.prototypes=6",
          "gnomon.optimizer.learning-rate=1e-3",
          "gnomon.optimizer.warmup=8",
          "gnomon.checkpoint.every=16",
          "gnomon.evaluate.every=32",
          "gnomon.evaluate.samples=64",
          "gnomon.evaluate.reference=128",
          "gnomon.evaluate.steps=2");

  private TinyRuns() {}

  /** The keys that make a run tiny, with {@code more} after them. */
  public static List<String> sets(String... more) {
    return Stream.concat(SETS.stream(), Stream.of(more)).toList();
  }

  public static RunSettings settings(String... more) {
    Config config = Configuration.load(List.of(), sets(more));
    return RunSettings.from(config);
  }

  /** The digest of the final weights by the sequential loop, written into {@code directory}. */
  public static String oracleDigest(RunSettings settings, Path directory) throws IOException {
    return oracleDigest(settings, directory, Set.of());
  }

  /** The same where steps are left out. */
  static String oracleDigest(RunSettings settings, Path directory, Set<Long> skipped)
      throws IOException {
    BatchReader reader = batches(settings);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run =
            new SequentialTraining(device, settings.training(), reader::batch)) {
      run.runTo(settings.training().steps(), skipped);
      SequentialTraining.Halves halves = run.save();
      CheckpointStore store = new CheckpointStore(directory);
      long lineage = new Lineages(directory).open();
      List<SavedFile> files = new ArrayList<>();
      files.add(store.writeHalf(run.step(), lineage, "trunk", halves.trunk()));
      for (WeightSet assigner : halves.assigner().stream().toList()) {
        files.add(store.writeHalf(run.step(), lineage, "assigner", assigner));
      }
      return store
          .commit(
              new Manifest(
                  Manifest.FORMAT,
                  "oracle",
                  lineage,
                  run.step(),
                  run.step(),
                  "",
                  files,
                  Map.of(),
                  List.of(),
                  List.of(),
                  Instant.EPOCH))
          .manifest()
          .digest();
    }
  }

  /** Writes codes of the built-in shapes, a function of their numbers. */
  static Path codes(Path file, int clusters) throws IOException {
    ImageSet images = ImageSets.open(settings().data());
    long[] ids = LongStream.range(0, images.count()).toArray();
    int[] codes = Arrays.stream(ids).mapToInt(id -> (int) (id * 7 % 13 % clusters)).toArray();
    int[] labels = Arrays.stream(ids).mapToInt(id -> images.label((int) id)).toArray();
    new ImageCodes(ids, codes, labels, clusters).write(file, new float[clusters], Map.of());
    return file;
  }

  /** The batches of a run. */
  static BatchReader batches(RunSettings settings) throws IOException {
    ImageSet images = ImageSets.open(settings.data());
    long seed = settings.training().seed();
    BatchOrder order = new BatchOrder(seed, images.count(), settings.training().batchSize());
    return new BatchReader(
        images, order, seed, settings.data().flip(), SetOfImages.codes(settings, images));
  }

  /** The digest of the newest whole checkpoint of a run, which must be of its last step. */
  public static String finalDigest(Path runDirectory) throws IOException {
    Manifest manifest =
        new CheckpointStore(runDirectory).newest().checkpoint().orElseThrow().manifest();
    if (manifest.step() != manifest.steps()) {
      throw new AssertionError(
          "the newest checkpoint is of step %d of %d".formatted(manifest.step(), manifest.steps()));
    }
    return manifest.digest();
  }
}
