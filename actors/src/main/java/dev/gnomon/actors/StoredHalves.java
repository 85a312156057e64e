package dev.gnomon.actors;

import dev.gnomon.actors.transfer.FileExchange;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.CheckpointOffered;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * Checkpoints by way of this node's run folder. Where it is the checkpointer's folder too, halves
 * are taken and read in place; that it is shows in the files themselves, by name and SHA-256. Where
 * it is not, they are offered to the checkpointer, and what is read is fetched.
 */
public final class StoredHalves implements CheckpointHalves {

  private final CheckpointStore store;
  private final FileExchange exchange;
  private final FetchedFiles fetched;
  private final Path checkpoints;

  /** Checkpoints of a run whose folder is {@code runDirectory} on this node. */
  public StoredHalves(Path runDirectory, FileExchange exchange) {
    this.store = new CheckpointStore(runDirectory);
    this.exchange = exchange;
    this.fetched = new FetchedFiles(runDirectory.resolve("fetched"), exchange);
    this.checkpoints = runDirectory.resolve("checkpoints");
  }

  @Override
  public Half write(long step, long lineage, String half, WeightSet weights) throws IOException {
    SavedFile file = store.writeHalf(step, lineage, half, weights);
    String location = exchange.offer(file, store.half(step, lineage, half));
    return new Half(Translation.file(file), location);
  }

  @Override
  public void discard(String half, long lineage, LongPredicate which) throws IOException {
    store.discardHalves(half, lineage, which);
  }

  @Override
  public Map<String, WeightSet> read(
      CheckpointOffered offered, Predicate<String> halves, BooleanSupplier wanted)
      throws IOException {
    Path here = checkpoints.resolve(Path.of(offered.directory()).getFileName().toString());
    Map<String, WeightSet> read = new HashMap<>();
    for (var listed : offered.files()) {
      SavedFile file = Translation.file(listed);
      if (halves.test(file.half())) {
        Path path = here.resolve(file.name());
        if (!file.is(path)) {
          path = fetched.get(offered.step(), file, offered.location(), wanted);
        }
        read.put(file.half(), Safetensors.read(path));
      }
    }
    return read;
  }
}
