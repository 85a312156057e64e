package dev.gnomon.launch;

import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointException;
import dev.gnomon.model.checkpoint.CheckpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a run begins: at its newest checkpoint, from scratch, or at a checkpoint that is named. */
record Resume(String text) {

  private static final String AUTO = "auto";
  private static final String NEVER = "never";

  boolean never() {
    return text.equals(NEVER);
  }

  /**
   * The checkpoint that is named.
   *
   * @throws UsageException where it is not whole
   */
  Optional<Checkpoint> named() {
    if (text.equals(AUTO) || never()) {
      return Optional.empty();
    }
    Path folder = Path.of(text).toAbsolutePath().normalize();
    try {
      return Optional.of(RunDirectory.checkpointIn(folder));
    } catch (CheckpointException e) {
      throw new UsageException(
          "--resume %s: expected auto, never, or the folder of a checkpoint: %s"
              .formatted(text, e.getMessage()));
    }
  }

  /**
   * Makes the newest checkpoint of {@code run} the one to begin at.
   *
   * @throws UsageException where that can not be
   */
  void prepare(RunDirectory run) throws IOException {
    if (never() && run.hasCheckpoints()) {
      throw new UsageException(
          ("%s has checkpoints already, and --resume never begins from scratch;"
                  + " choose another --run, or remove %s")
              .formatted(run.path(), run.checkpoints()));
    }
    Optional<Checkpoint> named = named();
    if (named.isPresent()) {
      beginAt(run, named.get());
    }
  }

  /**
   * Checks that what is gone on with was begun on these images.
   *
   * @param images their digest
   * @throws dev.gnomon.model.data.DataException where it was not
   */
  void requireImages(RunDirectory run, String images) throws IOException {
    Optional<Checkpoint> named = named();
    RunDirectory of =
        named.isPresent() ? new RunDirectory(named.get().directory().getParent().getParent()) : run;
    of.requireImages(images, of.hasCheckpoints());
  }

  private void beginAt(RunDirectory run, Checkpoint checkpoint) throws IOException {
    Path kept = run.checkpoints().toAbsolutePath().normalize();
    Path folder = checkpoint.directory();
    if (folder.getParent().equals(kept)) {
      for (Checkpoint newer : new CheckpointStore(run.path()).list()) {
        if (newer.step() > checkpoint.step()
            || newer.manifest().lineage() > checkpoint.manifest().lineage()) {
          setAside(newer.directory());
        }
      }
    } else if (run.hasCheckpoints()) {
      throw new UsageException(
          "%s has checkpoints of its own; to begin at %s choose another --run"
              .formatted(run.path(), text));
    } else {
      run.take(checkpoint);
    }
  }

  /** Under a name that no later start takes for a checkpoint of this run. */
  private static void setAside(Path checkpoint) throws IOException {
    String name = "set-aside-" + checkpoint.getFileName();
    Path aside = checkpoint.resolveSibling(name);
    for (int number = 2; Files.exists(aside); number++) {
      aside = checkpoint.resolveSibling(name + "-" + number);
    }
    Files.move(checkpoint, aside);
  }
}
