package dev.gnomon.actors.stage;

import dev.gnomon.actors.CheckpointHalves;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.CheckpointOffered;
import dev.gnomon.protocol.CheckpointRequest;
import dev.gnomon.protocol.SavedFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/** Checkpoints in memory: the directory of step k is called "step-k". */
public final class MemoryHalves implements CheckpointHalves {

  private final Map<String, WeightSet> written = new ConcurrentHashMap<>();
  private final Queue<LongPredicate> discarded = new ConcurrentLinkedQueue<>();
  private volatile boolean full;

  public static String directory(long step) {
    return "step-" + step;
  }

  /** From now on nothing can be written, or it can again. */
  public void full(boolean isFull) {
    full = isFull;
  }

  /** A half that was written. */
  public Optional<WeightSet> half(long step, String half) {
    return Optional.ofNullable(written.get(directory(step) + "/" + half));
  }

  /** Puts a half where it can be read. */
  public void put(long step, String half, WeightSet weights) {
    written.put(directory(step) + "/" + half, weights);
  }

  /** What a checkpointer answers to {@code request}. */
  public CheckpointOffered offer(CheckpointRequest request) {
    String directory = directory(request.step());
    return new CheckpointOffered(
        request.lineage(),
        request.step(),
        directory,
        "",
        written.keySet().stream()
            .filter(path -> path.startsWith(directory + "/"))
            .map(path -> new SavedFile(path.substring(directory.length() + 1), 0, "00"))
            .toList());
  }

  @Override
  public Map<String, WeightSet> read(
      CheckpointOffered offered, Predicate<String> halves, BooleanSupplier wanted)
      throws IOException {
    Map<String, WeightSet> read = new HashMap<>();
    for (SavedFile file : offered.files()) {
      if (halves.test(file.name())) {
        read.put(file.name(), written.get(offered.directory() + "/" + file.name()));
      }
    }
    return read;
  }

  @Override
  public Half write(long step, long lineage, String half, WeightSet weights) throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
    put(step, half, weights);
    return new Half(new SavedFile(half, weights.bytes(), "00"), "");
  }

  @Override
  public void discard(String half, long lineage, LongPredicate which) {
    discarded.add(which);
  }

  /** Whether the half of {@code step} was told to go. */
  public boolean isDiscarded(long step) {
    return discarded.stream().anyMatch(which -> which.test(step));
  }
}
