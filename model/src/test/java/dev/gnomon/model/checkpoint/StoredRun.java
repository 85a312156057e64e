package dev.gnomon.model.checkpoint;

import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A run directory with checkpoints of two small halves, whose weights tell the step. */
record StoredRun(Path directory) {

  static StoredRun in(Path parent) throws IOException {
    return new StoredRun(Files.createTempDirectory(parent, "run"));
  }

  CheckpointStore store() {
    return new CheckpointStore(directory);
  }

  Lineages lineages() {
    return new Lineages(directory);
  }

  Checkpoint write(long step, long lineage) throws IOException {
    return write(store(), step, lineage);
  }

  static Checkpoint write(CheckpointStore store, long step, long lineage) throws IOException {
    SavedFile trunk = store.writeHalf(step, lineage, "trunk", trunk(step));
    SavedFile assigner = store.writeHalf(step, lineage, "assigner", assigner(step));
    return store.commit(draft(step, lineage, trunk, assigner));
  }

  static Manifest draft(long step, long lineage, SavedFile... files) {
    return new Manifest(
        Manifest.FORMAT,
        "shapes",
        lineage,
        step,
        1000,
        "",
        List.of(files),
        Map.of("gnomon.seed", "7", "gnomon.batch-size", "64"),
        List.of(new Segment(lineage, 0, step)),
        List.of(new Skipped(3, "the image file is cut")),
        Instant.parse("2026-02-03T04:05:06.789Z"));
  }

  static WeightSet trunk(long step) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put("student.w", HostTensor.of(new float[] {step, 0.5f, -step, 4}, 2, 2));
    tensors.put("counter.step", HostTensor.of(new long[] {step}));
    return new WeightSet(tensors);
  }

  static WeightSet assigner(long step) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put("student.prototypes", HostTensor.of(new float[] {1, step}, 2));
    tensors.put("histogram", HostTensor.of(new double[] {0.25, 0.75}, 2));
    return new WeightSet(tensors);
  }

  static String digest(long step) {
    return WeightDigest.of(Map.of("trunk", trunk(step), "assigner", assigner(step)));
  }

  /** Names in the checkpoint directory. */
  List<String> names() {
    try (Stream<Path> paths = Files.list(directory.resolve("checkpoints"))) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
