package dev.gnomon.actors.run;

import com.typesafe.config.Config;
import dev.gnomon.actors.settings.KeptConfiguration;
import dev.gnomon.actors.telemetry.MetricsLog;
import dev.gnomon.model.checkpoint.Lineages;
import dev.gnomon.protocol.NewestFound;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A run's directory on the coordinator's node. It need not be the one with the checkpoints: each
 * keeps the numbers of the lineages that it has seen.
 */
public final class RunDirectory implements RunFiles {

  private final Path directory;
  private final Lineages lineages;
  private MetricsLog metrics; // null before the first recovery
  private long lineage; // 0 before the first recovery

  public RunDirectory(Path directory) {
    this.directory = directory;
    this.lineages = new Lineages(directory);
  }

  @Override
  public synchronized Recovery recover(NewestFound found) throws IOException {
    lineage =
        lineage == 0 ? lineages.open(found.lineage()) : lineages.succeed(lineage, found.lineage());
    return new Recovery(
        lineage, found.start(), found.digest(), found.skipped(), rewind(found.start().step()));
  }

  @Override
  public synchronized void requireCurrent() throws IOException {
    if (lineage != 0) {
      lineages.requireCurrent(lineage);
    }
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
  public synchronized void keep(Config changed) throws IOException {
    requireCurrent();
    KeptConfiguration.write(directory, changed);
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
}
