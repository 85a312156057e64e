package dev.gnomon.model.checkpoint;

import dev.gnomon.model.checkpoint.CheckpointName.State;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.SafetensorsException;
import dev.gnomon.model.engine.WeightSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run's checkpoints on disk, each whole or absent.
 *
 * <p>Owners write their halves into hidden files of their own run folder. {@link #commit} takes
 * them, or those that were brought here from other folders, into a hidden directory, verifies them,
 * adds the manifest, syncs, compares the lineage and renames the directory to {@code
 * checkpoints/step-000400}; a process that is killed before the rename leaves what was there
 * before. Any number of stores, in any number of processes, may be open on one run.
 */
public final class CheckpointStore {
  private static final Comparator<Checkpoint> BY_AGE =
      Comparator.<Checkpoint>comparingLong(checkpoint -> checkpoint.manifest().lineage())
          .thenComparing(Checkpoint::step);

  /** The newest checkpoint that verifies, and those that were passed over. */
  public record Found(Optional<Checkpoint> checkpoint, List<Rejected> rejected) {}

  /** A checkpoint that does not verify, and why. */
  public record Rejected(Path directory, String reason) {}

  private final Path runDirectory;
  private final Path directory;
  private final Lineages lineages;
  private final Disk disk;

  public CheckpointStore(Path runDirectory) {
    this(runDirectory, Disk.LOCAL);
  }

  CheckpointStore(Path runDirectory, Disk disk) {
    this.runDirectory = runDirectory;
    this.directory = runDirectory.resolve("checkpoints");
    this.lineages = new Lineages(runDirectory);
    this.disk = disk;
  }

  /**
   * Streams one half of a checkpoint to disk; on failure nothing of it is left.
   *
   * @throws NonFiniteWeightsException if a number in it is not finite
   */
  public SavedFile writeHalf(long step, long lineage, String half, WeightSet weights)
      throws IOException {
    FiniteWeights.require(half, step, weights);
    Path file = half(step, lineage, half);
    try {
      disk.makeDirectories(directory);
      disk.delete(file); // a file that someone may be reading is not written over
      try (HashingChannel channel = new HashingChannel(disk.create(file))) {
        Safetensors.write(channel, weights, Map.of("half", half, "step", Long.toString(step)));
        return channel.saved(Checkpoint.fileName(half));
      }
    } catch (IOException e) {
      discard(file);
      throw new CheckpointException(file, "can not be written: " + e.getMessage(), e);
    }
  }

  /** Where a half lies after it was written, until it is taken into a checkpoint. */
  public Path half(long step, long lineage, String half) {
    return directory.resolve(CheckpointName.half(step, lineage, half));
  }

  /** Whether that half is in this folder; one that is not as it was saved is removed. */
  public boolean holds(long step, long lineage, SavedFile half) throws IOException {
    takeIn(step, lineage, half);
    Path taken = hidden(step, lineage, State.PARTIAL).resolve(half.name());
    if (half.is(taken)) {
      return true;
    }
    discard(taken);
    return false;
  }

  /** Where a half that is in another folder has to be brought. */
  public Path place(long step, long lineage, SavedFile half) throws IOException {
    Path partial = hidden(step, lineage, State.PARTIAL);
    disk.makeDirectories(partial);
    return partial.resolve(half.name());
  }

  private void takeIn(long step, long lineage, SavedFile half) throws IOException {
    Path written = half(step, lineage, half.half());
    if (Files.exists(written)) {
      try {
        disk.rename(written, place(step, lineage, half));
      } catch (NoSuchFileException withdrawn) {
        // Its owner has given it up in this moment.
      }
    }
  }

  /**
   * Makes the halves that {@code draft} lists a checkpoint; its digest is computed here. A
   * checkpoint of the same step from an older lineage is replaced. On failure the halves are gone,
   * and the checkpoints that were there before still are.
   */
  public Checkpoint commit(Manifest draft) throws IOException {
    Path partial = hidden(draft.step(), draft.lineage(), State.PARTIAL);
    Path committed = directory.resolve(CheckpointName.committed(draft.step()));
    try {
      if (draft.files().isEmpty()) {
        throw new CheckpointException(partial, "its manifest lists no files");
      }
      for (SavedFile file : draft.files()) {
        takeIn(draft.step(), draft.lineage(), file);
        file.verify(partial);
      }
      Manifest manifest = draft.withDigest(digest(partial, draft.files()));
      write(partial.resolve(ManifestFile.NAME), ManifestFile.encode(manifest));
      disk.sync(partial);
      requireCurrent(partial, draft.lineage());
      putInPlace(partial, committed, draft);
      dropOlder(draft);
      return new Checkpoint(committed, manifest);
    } catch (IOException e) {
      abandon(draft.step(), draft.lineage());
      throw e instanceof CheckpointException
          ? e
          : new CheckpointException(partial, "can not be committed: " + e.getMessage(), e);
    }
  }

  /** Removes the halves in this folder of a checkpoint that will not be committed. */
  public void abandon(long step, long lineage) {
    try {
      discardAll(name -> name.isPart() && name.step() == step && name.lineage() == lineage);
    } catch (IOException e) {
      log().warn("event=not-removed path={} cause=\"{}\"", directory, e.getMessage());
    }
  }

  /** Removes an owner's halves that are of no more use: those that {@code which} tells by step. */
  public void discardHalves(String half, long lineage, LongPredicate which) throws IOException {
    for (Path path : entries()) {
      CheckpointName name = CheckpointName.of(path).orElseThrow();
      if (name.state() == State.HALF
          && path.equals(half(name.step(), name.lineage(), half))
          && (name.lineage() < lineage || name.lineage() == lineage && which.test(name.step()))) {
        discard(path);
      }
    }
  }

  /**
   * The newest checkpoint that verifies: of the newest lineage, its last step. Those that are
   * damaged are passed over.
   *
   * @throws IOException where one can not be read: it may be sound, and nothing older takes its
   *     place
   */
  public Found newest() throws IOException {
    List<Rejected> rejected = new ArrayList<>();
    List<Checkpoint> candidates = readable((path, fault) -> reject(path, fault, rejected));
    candidates.sort(BY_AGE.reversed());
    for (Checkpoint candidate : candidates) {
      try {
        return new Found(Optional.of(open(candidate.directory())), List.copyOf(rejected));
      } catch (CheckpointException e) {
        reject(candidate.directory(), e, rejected);
      }
    }
    return new Found(Optional.empty(), List.copyOf(rejected));
  }

  private static void reject(Path checkpoint, CheckpointException fault, List<Rejected> rejected)
      throws CheckpointException {
    if (fault.isUnreadable()) {
      throw fault;
    }
    rejected.add(new Rejected(checkpoint, fault.getMessage()));
  }

  /** Reads and verifies the checkpoint in {@code checkpoint}, which may lie in any run. */
  public Checkpoint open(Path checkpoint) throws CheckpointException {
    try {
      Manifest manifest = ManifestFile.read(checkpoint);
      Optional<CheckpointName> name = CheckpointName.of(checkpoint);
      if (name.isPresent() && name.get().step() != manifest.step()) {
        throw new CheckpointException(checkpoint, "its manifest is of step " + manifest.step());
      }
      for (SavedFile file : manifest.files()) {
        file.verify(checkpoint);
      }
      return new Checkpoint(checkpoint, manifest);
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw CheckpointException.unreadable(checkpoint, e);
    }
  }

  /** The checkpoints whose manifests are sound, by step; the weights are not read. */
  public List<Checkpoint> list() throws IOException {
    List<Checkpoint> readable = readable((path, fault) -> {});
    readable.sort(Comparator.comparingLong(Checkpoint::step));
    return readable;
  }

  /** Removes a checkpoint, on behalf of {@code lineage}; at no time is a part of it visible. */
  public void delete(Checkpoint checkpoint, long lineage) throws IOException {
    requireCurrent(checkpoint.directory(), lineage);
    Manifest manifest = checkpoint.manifest();
    Path deleted = hidden(manifest.step(), manifest.lineage(), State.DELETED);
    discardAll(name -> name.state() == State.REPLACED && name.step() == manifest.step());
    discard(deleted);
    disk.rename(checkpoint.directory(), deleted);
    disk.sync(directory);
    discard(deleted);
  }

  /** Removes what interrupted writes and deletions of older lineages have left. */
  public void dropPartials() throws IOException {
    long current = lineages.current();
    for (Path path : entries()) {
      CheckpointName name = CheckpointName.of(path).orElseThrow();
      Path committed = directory.resolve(CheckpointName.committed(name.step()));
      switch (name.state()) {
        case COMMITTED -> {}
        case DELETED -> discard(path);
        case HALF, PARTIAL -> {
          if (name.lineage() < current) {
            discard(path);
          }
        }
        case REPLACED -> {
          if (Files.exists(committed)) {
            discard(path);
          } else {
            disk.rename(path, committed);
            disk.sync(directory);
          }
        }
      }
    }
  }

  private void requireCurrent(Path checkpoint, long lineage) throws IOException {
    long current = lineages.current();
    if (lineage != current) {
      throw new CheckpointException(
          checkpoint,
          "lineage %d may not touch it, the run is at lineage %d: another process has taken over"
              .formatted(lineage, current));
    }
  }

  private void putInPlace(Path partial, Path committed, Manifest draft) throws IOException {
    Path replaced = hidden(draft.step(), draft.lineage(), State.REPLACED);
    boolean replaces = Files.exists(committed);
    if (replaces) {
      discard(replaced);
      disk.rename(committed, replaced);
    }
    try {
      disk.rename(partial, committed);
    } catch (IOException e) {
      if (replaces) {
        disk.rename(replaced, committed);
      }
      throw e;
    }
    disk.sync(directory);
    disk.sync(runDirectory);
    discard(replaced);
  }

  /** Halves are written in order of step, so those of earlier steps will never be complete. */
  private void dropOlder(Manifest committed) throws IOException {
    discardAll(
        name ->
            name.isPart()
                && name.step() < committed.step()
                && name.lineage() <= committed.lineage());
  }

  private static String digest(Path partial, List<SavedFile> files) throws IOException {
    Map<String, WeightSet> halves = new HashMap<>();
    for (SavedFile file : files) {
      try {
        halves.put(file.half(), Safetensors.read(partial.resolve(file.name())));
      } catch (SafetensorsException e) {
        throw new CheckpointException(partial, e.getMessage(), e);
      }
    }
    return WeightDigest.of(halves);
  }

  private void write(Path file, byte[] content) throws IOException {
    try (WritableByteChannel channel = disk.create(file)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private interface OnFault {
    void at(Path checkpoint, CheckpointException fault) throws CheckpointException;
  }

  private List<Checkpoint> readable(OnFault onFault) throws IOException {
    List<Checkpoint> readable = new ArrayList<>();
    for (Path path : entries()) {
      CheckpointName name = CheckpointName.of(path).orElseThrow();
      boolean counts =
          switch (name.state()) {
            case COMMITTED -> true;
            case REPLACED ->
                !Files.exists(directory.resolve(CheckpointName.committed(name.step())));
            case HALF, PARTIAL, DELETED -> false;
          };
      if (counts) {
        try {
          readable.add(new Checkpoint(path, ManifestFile.read(path)));
        } catch (CheckpointException e) {
          onFault.at(path, e);
        }
      }
    }
    return readable;
  }

  /** Paths in the directory that are named like checkpoints in any state. */
  private List<Path> entries() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.filter(path -> CheckpointName.of(path).isPresent()).sorted().toList();
    }
  }

  private void discardAll(Predicate<CheckpointName> which) throws IOException {
    for (Path path : entries()) {
      if (which.test(CheckpointName.of(path).orElseThrow())) {
        discard(path);
      }
    }
  }

  /** Not before it is needed: a command reads checkpoints before it knows where its log lies. */
  private static Logger log() {
    return LoggerFactory.getLogger(CheckpointStore.class);
  }

  private Path hidden(long step, long lineage, State state) {
    return directory.resolve(CheckpointName.hidden(step, lineage, state));
  }

  /** Removes a tree that counts for nothing; what can not be removed now is found again later. */
  private void discard(Path tree) {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        disk.delete(path);
      }
    } catch (IOException e) {
      log().warn("event=not-removed path={} cause=\"{}\"", tree, e.getMessage());
    }
  }
}
