package dev.gnomon.actors.run;

import com.typesafe.config.Config;
import dev.gnomon.protocol.NewestFound;
import dev.gnomon.protocol.Start;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A run directory that gives what was laid into it, and else the first lineage from scratch. */
final class MadeUpFiles implements RunFiles {
  final BlockingQueue<Recovery> recoveries = new LinkedBlockingQueue<>();
  final BlockingQueue<String> kept = new LinkedBlockingQueue<>();
  volatile boolean full;
  volatile boolean gone;
  private long lineage;

  @Override
  public synchronized Recovery recover(NewestFound found) throws IOException {
    if (gone) {
      throw new IOException("no such directory");
    }
    lineage++;
    Recovery next = recoveries.poll();
    return next == null
        ? new Recovery(lineage, Start.fromScratch(), "", List.of(), Map.of())
        : new Recovery(lineage, next.start(), next.digest(), next.skipped(), next.scores());
  }

  @Override
  public void step(StepReport report) throws IOException {
    write("step " + report.step() + report.skipped().map(" skipped: "::concat).orElse(""));
  }

  @Override
  public void scored(long step, long lineage, Map<String, Double> scores) throws IOException {
    write("scored " + step);
  }

  @Override
  public void keep(Config changed) throws IOException {
    write("every " + changed.getLong("gnomon.checkpoint.every"));
  }

  @Override
  public void close() {}

  private void write(String line) throws IOException {
    if (full) {
      throw new IOException("no space left");
    }
    kept.add(line);
  }
}
