package dev.gnomon.actors.checkpointer;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.checkpoint.Manifest;
import dev.gnomon.model.checkpoint.RetentionPolicy;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.checkpoint.Segment;
import dev.gnomon.model.checkpoint.Skipped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Checkpoints in a run directory, pruned as the settings say. */
final class StoredCheckpoints implements CheckpointFiles {

  private final CheckpointStore store;
  private final RetentionPolicy retention;
  private final long steps;
  private final Map<String, String> settings;

  StoredCheckpoints(Path runDirectory, RunSettings settings) {
    this.store = new CheckpointStore(runDirectory);
    this.retention =
        new RetentionPolicy(settings.checkpoint().keepNewest(), settings.checkpoint().keepBest());
    this.steps = settings.training().steps();
    this.settings = flattened(settings.resolved());
  }

  @Override
  public Written commit(Halves halves) throws IOException {
    Optional<Checkpoint> already =
        store.list().stream()
            .filter(c -> c.step() == halves.step() && c.manifest().lineage() == halves.lineage())
            .findFirst();
    Checkpoint checkpoint =
        already.isPresent() ? store.open(already.get().directory()) : store.commit(draft(halves));
    Manifest manifest = checkpoint.manifest();
    return new Written(
        checkpoint.directory().toString(),
        manifest.digest(),
        manifest.files().stream().mapToLong(SavedFile::bytes).sum());
  }

  /** Every key of the run with its value, by path. */
  private static Map<String, String> flattened(Config config) {
    Map<String, String> flat = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      if (entry.getKey().startsWith("gnomon.")) {
        ConfigValue value = entry.getValue();
        flat.put(
            entry.getKey(),
            value.valueType() == ConfigValueType.LIST
                ? value.render(ConfigRenderOptions.concise())
                : value.unwrapped().toString());
      }
    }
    return flat;
  }

  private Manifest draft(Halves halves) {
    return new Manifest(
        Manifest.FORMAT,
        halves.run(),
        halves.lineage(),
        halves.step(),
        steps,
        "",
        halves.files().stream().map(f -> new SavedFile(f.name(), f.bytes(), f.sha256())).toList(),
        settings,
        halves.ledger().stream().map(s -> new Segment(s.lineage(), s.from(), s.to())).toList(),
        halves.skipped().stream().map(s -> new Skipped(s.step(), s.reason())).toList(),
        Instant.now());
  }

  @Override
  public void abandon(long step, long lineage) {
    store.abandon(step, lineage);
  }

  @Override
  public void tidy() throws IOException {
    store.dropPartials();
  }

  @Override
  public List<Long> prune(long lineage, long start, Map<Long, Double> scores, Set<Long> inUse)
      throws IOException {
    List<Checkpoint> checkpoints =
        store.list().stream()
            .filter(c -> c.step() <= start || c.manifest().lineage() == lineage)
            .toList();
    Set<Long> expendable =
        retention.expendable(checkpoints.stream().map(Checkpoint::step).toList(), scores, inUse);
    List<Long> removed = new ArrayList<>();
    for (Checkpoint checkpoint : checkpoints) {
      if (expendable.contains(checkpoint.step())) {
        store.delete(checkpoint, lineage);
        removed.add(checkpoint.step());
      }
    }
    return removed;
  }
}
