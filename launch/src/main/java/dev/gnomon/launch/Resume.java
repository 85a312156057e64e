package dev.gnomon.launch;

import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where a run begins: at its newest checkpoint, at a given one, or from scratch. */
final class Resume {

  private Resume() {}

  /**
   * Makes the newest checkpoint of {@code run} the one to begin at.
   *
   * @param from auto, never, or the folder of a checkpoint of this run or of another
   * @throws UsageException where that can not be
   */
  static void prepare(RunDirectory run, String from) throws IOException {
    switch (from) {
      case "auto" -> {}
      case "never" -> {
        if (run.hasCheckpoints()) {
          throw new UsageException(
              "%s has checkpoints already, and --resume never begins from scratch; choose another --run, or remove %s"
                  .formatted(run.path(), run.checkpoints()));
        }
      }
      default -> beginAt(run, Path.of(from));
    }
  }

  private static void beginAt(RunDirectory run, Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new UsageException(
          "--resume %s: expected auto, never, or the folder of a checkpoint".formatted(folder));
    }
    // Verified before anything is moved.
    Checkpoint checkpoint = new CheckpointStore(run.path()).open(folder.toAbsolutePath());
    Path kept = run.checkpoints().toAbsolutePath().normalize();
    if (!folder.toAbsolutePath().normalize().startsWith(kept)) {
      if (run.hasCheckpoints()) {
        throw new UsageException(
            "%s has checkpoints of its own; to begin at %s choose another --run"
                .formatted(run.path(), folder));
      }
      copy(folder, kept.resolve(folder.toAbsolutePath().normalize().getFileName().toString()));
      return;
    }
    for (Checkpoint newer : new CheckpointStore(run.path()).list()) {
      if (newer.manifest().step() > checkpoint.manifest().step()) {
        Path aside = kept.resolve("set-aside-" + newer.directory().getFileName());
        Files.move(newer.directory(), aside);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Path partial = Files.createDirectories(to.resolveSibling("." + to.getFileName() + ".partial"));
    List<Path> files;
    try (Stream<Path> found = Files.list(from)) {
      files = found.toList();
    }
    for (Path file : files) {
      Files.copy(file, partial.resolve(file.getFileName().toString()));
    }
    Files.move(partial, to);
  }
}
