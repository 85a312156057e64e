package dev.gnomon.actors.run;

import dev.gnomon.actors.telemetry.MetricsLog;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.checkpoint.Lineages;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run's directory on disk. A lineage begins at the newest checkpoint in it that verifies. */
public final class RunDirectory implements RunFiles {

  private final Path directory;
  private final CheckpointStore store;
  private final Lineages lineages;
  private MetricsLog metrics; // null before the first recovery
  private long lineage; // 0 before the first recovery

  public RunDirectory(Path directory) {
    this.directory = directory;
    this.store = new CheckpointStore(directory);
    this.lineages = new Lineages(directory);
  }

  @Override
  public synchronized Recovery recover() throws IOException {
    lineage = lineage == 0 ? lineages.open(newestLineage()) : lineages.succeed(lineage);
    store.dropPartials();
    CheckpointStore.Found found = store.newest();
    Optional<Checkpoint> checkpoint = found.checkpoint();
    Start start = checkpoint.map(RunDirectory::start).orElse(Start.fromScratch());
    return new Recovery(
        lineage,
        start,
        checkpoint.map(c -> c.manifest().digest()).orElse(""),
        found.rejected().stream()
            .map(r -> new Recovery.Skipped(r.directory().toString(), r.reason()))
            .toList(),
        rewind(start.step()));
  }

  @Override
  public synchronized void requireCurrent() throws IOException {
    if (lineage != 0) {
      lineages.requireCurrent(lineage);
    }
  }

  /** A checkpoint that was brought from another run may be of a lineage this one has not had. */
  private long newestLineage() throws IOException {
    return store.list().stream().mapToLong(c -> c.manifest().lineage()).max().orElse(0);
  }

  @Override
  public synchronized void step(StepReport report) throws IOException {
    metrics.step(report.step(), report.lineage(), report.measures(), report.skipped());
  }

  @Override
  public synchronized void scored(long step, long lineage, Map<String, Double> scores)
      throws IOException {
    metrics.scored(step, lineage, scores);
  }

  @Override
  public synchronized void close() throws IOException {
    if (metrics != null) {
      metrics.close();
    }
  }

  private Map<Long, Map<String, Double>> rewind(long step) throws IOException {
    if (metrics == null) {
      metrics = MetricsLog.open(directory);
    }
    return metrics.rewind(step);
  }

  private static Start start(Checkpoint checkpoint) {
    List<Segment> ledger =
        checkpoint.manifest().ledger().stream()
            .map(s -> new Segment(s.lineage(), s.from(), s.to()))
            .toList();
    List<Skipped> skipped =
        checkpoint.manifest().skipped().stream()
            .map(s -> new Skipped(s.step(), s.reason()))
            .toList();
    return new Start(checkpoint.step(), checkpoint.directory().toString(), ledger, skipped);
  }
}
