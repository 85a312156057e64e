package dev.gnomon.actors;

import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.SavedFile;
import java.io.IOException;
import java.nio.file.Path;

/** Halves in the checkpoints of a run directory. */
public final class StoredHalves implements CheckpointHalves {

  private final CheckpointStore store;

  public StoredHalves(Path runDirectory) {
    store = new CheckpointStore(runDirectory);
  }

  @Override
  public WeightSet read(String directory, String half) throws IOException {
    return store.open(Path.of(directory)).weights(half);
  }

  @Override
  public SavedFile write(long step, long lineage, String half, WeightSet weights)
      throws IOException {
    var file = store.writeHalf(step, lineage, half, weights);
    return new SavedFile(file.name(), file.bytes(), file.sha256());
  }
}
