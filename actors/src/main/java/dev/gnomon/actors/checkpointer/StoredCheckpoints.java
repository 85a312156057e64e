package dev.gnomon.actors.checkpointer;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.gnomon.actors.Translation;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.transfer.FileExchange;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.checkpoint.Lineages;
import dev.gnomon.model.checkpoint.Manifest;
import dev.gnomon.model.checkpoint.RetentionPolicy;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.checkpoint.Segment;
import dev.gnomon.model.checkpoint.Skipped;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.SkippedCheckpoint;
import dev.gnomon.protocol.Start;
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
  private final Lineages lineages;
  private final FileExchange exchange;
  private final RetentionPolicy retention;
  private final long steps;
  private final Map<String, String> settings;

  StoredCheckpoints(Path runDirectory, RunSettings settings, FileExchange exchange) {
    this.store = new CheckpointStore(runDirectory);
    this.lineages = new Lineages(runDirectory);
    this.exchange = exchange;
    this.retention =
        new RetentionPolicy(settings.checkpoint().keepNewest(), settings.checkpoint().keepBest());
    this.steps = settings.training().steps();
    this.settings = flattened(settings.resolved());
  }

  @Override
  public Newest newest() throws IOException {
    CheckpointStore.Found found = store.newest();
    // A checkpoint that was brought from another run may be of a lineage this one has not had.
    long known = store.list().stream().mapToLong(c -> c.manifest().lineage()).max().orElse(0);
    return new Newest(
        Math.max(known, lineages.current()),
        found.checkpoint().map(StoredCheckpoints::start).orElse(Start.fromScratch()),
        found.checkpoint().map(c -> c.manifest().digest()).orElse(""),
        found.rejected().stream()
            .map(r -> new SkippedCheckpoint(r.directory().toString(), r.reason()))
            .toList());
  }

  private static Start start(Checkpoint checkpoint) {
    return new Start(
        checkpoint.step(),
        checkpoint.directory().toString(),
        checkpoint.manifest().ledger().stream()
            .map(s -> new dev.gnomon.protocol.Segment(s.lineage(), s.from(), s.to()))
            .toList(),
        checkpoint.manifest().skipped().stream()
            .map(s -> new dev.gnomon.protocol.Skipped(s.step(), s.reason()))
            .toList());
  }

  @Override
  public void adopt(long lineage) throws IOException {
    lineages.adopt(lineage);
  }

  @Override
  public void gather(Halves halves, FileExchange.Recipient recipient) throws IOException {
    if (committed(halves).isPresent()) {
      return;
    }
    try {
      for (HalfSaved half : halves.saved()) {
        for (var listed : half.files()) {
          SavedFile file = Translation.file(listed);
          if (!store.holds(halves.step(), halves.lineage(), file)) {
            Path place = store.place(halves.step(), halves.lineage(), file);
            exchange.fetch(half.location(), file, place, recipient);
          }
        }
      }
    } catch (IOException e) {
      store.abandon(halves.step(), halves.lineage());
      throw e;
    }
  }

  @Override
  public Written commit(Halves halves) throws IOException {
    Optional<Checkpoint> already = committed(halves);
    Checkpoint checkpoint =
        already.isPresent() ? store.open(already.get().directory()) : store.commit(draft(halves));
    Manifest manifest = checkpoint.manifest();
    return new Written(
        checkpoint.directory().toString(),
        manifest.digest(),
        manifest.files().stream().mapToLong(SavedFile::bytes).sum());
  }

  private Optional<Checkpoint> committed(Halves halves) throws IOException {
    return store.list().stream()
        .filter(c -> c.step() == halves.step() && c.manifest().lineage() == halves.lineage())
        .findFirst();
  }

  @Override
  public Optional<Offer> offer(long step) throws IOException {
    return store.list().stream().filter(c -> c.step() == step).findFirst().map(this::offer);
  }

  private Offer offer(Checkpoint checkpoint) {
    String location = "";
    for (SavedFile file : checkpoint.manifest().files()) {
      location = exchange.offer(file, checkpoint.directory().resolve(file.name()));
    }
    return new Offer(
        checkpoint.directory().toString(),
        location,
        checkpoint.manifest().files().stream().map(Translation::file).toList());
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
        halves.files().stream().map(Translation::file).toList(),
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
