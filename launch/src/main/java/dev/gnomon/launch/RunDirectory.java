package dev.gnomon.launch;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.settings.KeptConfiguration;
import dev.gnomon.launch.report.RunRecord;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointException;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder that holds all of a run.
 *
 * @param path the folder
 */
record RunDirectory(Path path) {

  private static final String IMAGES = "images.sha256";

  /** A new folder runs/NAME-N, with the lowest N that is free. */
  static RunDirectory next(String name) throws IOException {
    Path runs = Files.createDirectories(Path.of("runs"));
    for (int number = 1; ; number++) {
      try {
        return new RunDirectory(Files.createDirectory(runs.resolve(name + "-" + number)));
      } catch (FileAlreadyExistsException taken) {
        // The next number, then.
      }
    }
  }

  /** Removes a folder in which nobody has written anything. */
  void removeIfEmpty() throws IOException {
    List<Path> files;
    try (var found = Files.list(path)) {
      files = found.toList();
    }
    for (Path file : files) {
      if (!Files.isRegularFile(file) || Files.size(file) > 0) {
        return;
      }
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(path);
  }

  /** Makes the log files of this process lie here; before anything is logged. */
  void holdLogs() {
    System.setProperty(RunLog.RUN, path.toAbsolutePath().toString());
    holdStory();
  }

  /** Makes the supervision log of this process lie here. */
  void holdStory() {
    System.setProperty(RunLog.STORY, path.toAbsolutePath().toString());
  }

  boolean hasConfiguration() {
    return Files.isRegularFile(configuration());
  }

  Path configuration() {
    return KeptConfiguration.of(path);
  }

  Path checkpoints() {
    return path.resolve("checkpoints");
  }

  boolean hasCheckpoints() throws IOException {
    if (!Files.isDirectory(checkpoints())) {
      return false;
    }
    try (var folders = Files.list(checkpoints())) {
      return folders.anyMatch(folder -> folder.getFileName().toString().startsWith("step-"));
    }
  }

  /** The checkpoint in a folder of any run. */
  static Checkpoint checkpointIn(Path folder) throws CheckpointException {
    if (folder.getNameCount() < 3) { // RUN/checkpoints/step-N
      throw new CheckpointException(folder, "is no folder of a checkpoint");
    }
    return new CheckpointStore(folder.getParent().getParent()).open(folder);
  }

  /** The checkpoint of a step, of the newest lineage that has one; empty if that is not whole. */
  Optional<Checkpoint> checkpoint(long step) throws IOException {
    CheckpointStore store = new CheckpointStore(path);
    Optional<Checkpoint> found =
        store.list().stream()
            .filter(checkpoint -> checkpoint.step() == step)
            .max(Comparator.comparingLong(checkpoint -> checkpoint.manifest().lineage()));
    try {
      return found.isPresent()
          ? Optional.of(store.open(found.get().directory()))
          : Optional.empty();
    } catch (CheckpointException notWhole) {
      return Optional.empty();
    }
  }

  /** Copies a checkpoint of another run to this run's, where it is whole or absent. */
  void take(Checkpoint checkpoint) throws IOException {
    Path from = checkpoint.directory();
    Path to = checkpoints().resolve(from.getFileName().toString());
    Path partial = Files.createDirectories(to.resolveSibling("copied-" + to.getFileName()));
    List<Path> files;
    try (Stream<Path> found = Files.list(from)) {
      files = found.toList();
    }
    for (Path file : files) {
      Files.copy(
          file,
          partial.resolve(file.getFileName().toString()),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(partial, to);
  }

  /** The configuration this run was started with. */
  Config startedWith() {
    return ConfigFactory.parseFile(configuration().toFile()).resolve();
  }

  /** The configuration of what lies here: the run's, or that of the newest checkpoint. */
  Optional<Config> kept() throws IOException {
    if (hasConfiguration()) {
      return Optional.of(startedWith());
    }
    List<Checkpoint> checkpoints = new CheckpointStore(path).list();
    return checkpoints.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ConfigFactory.parseMap(checkpoints.get(checkpoints.size() - 1).manifest().settings()));
  }

  /**
   * Checks that the run was begun on these images, as far as its folder says: the order of batches,
   * the ids of images and all scores are those of one set.
   *
   * @param images their digest
   * @param begun whether anything was trained on those that the folder names
   * @throws DataException where it was begun on others
   */
  void requireImages(String images, boolean begun) throws IOException {
    Path kept = path.resolve(IMAGES);
    if (begun && Files.isRegularFile(kept) && !Files.readString(kept).strip().equals(images)) {
      throw new DataException(
          "%s was begun on other images than those that are there now; name its own by --data, or begin another run, which --init gives its weights (where nothing was trained yet, remove %s)"
              .formatted(path, kept));
    }
  }

  /** Keeps which images the run is of, and what their labels are called, for its report. */
  void keepImages(SeenImages images) throws IOException {
    Files.createDirectories(path);
    WholeFile.write(
        path.resolve(IMAGES), (images.digest() + "\n").getBytes(StandardCharsets.US_ASCII));
    List<String> names = images.labelNames();
    if (!names.isEmpty()) {
      String lines =
          names.stream()
              .map(name -> name.replaceAll("\\p{Cntrl}", " ") + "\n")
              .collect(Collectors.joining());
      WholeFile.write(path.resolve(RunRecord.LABEL_NAMES), lines.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Keeps the configuration with every default in it; a crash leaves the old or the new. */
  void keep(Config config) throws IOException {
    Files.createDirectories(path);
    KeptConfiguration.write(path, config);
  }
}
