package dev.gnomon.actors.stage;

import dev.gnomon.actors.CheckpointHalves;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.SavedFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Checkpoints in memory: the directory of step k is called "step-k". */
public final class MemoryHalves implements CheckpointHalves {

  private final Map<String, WeightSet> written = new ConcurrentHashMap<>();
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

  @Override
  public WeightSet read(String directory, String half) throws IOException {
    WeightSet weights = written.get(directory + "/" + half);
    if (weights == null) {
      throw new FileNotFoundException(directory + "/" + half);
    }
    return weights;
  }

  @Override
  public SavedFile write(long step, long lineage, String half, WeightSet weights)
      throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
    put(step, half, weights);
    return new SavedFile(half + ".safetensors", weights.bytes(), "00");
  }
}
