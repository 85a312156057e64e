package dev.gnomon.launch.report;

import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.StepReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the report anew with each score, on a thread of its own, and the plots once the run is
 * over; and tells another listener.
 */
public final class LiveReport implements RunListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LiveReport.class);

  private final Path runDirectory;
  private final RunListener next;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "report");
            thread.setDaemon(true);
            return thread;
          });

  public LiveReport(Path runDirectory, RunListener next) {
    this.runDirectory = runDirectory;
    this.next = next;
  }

  @Override
  public void onStep(StepReport report) {
    next.onStep(report);
  }

  @Override
  public void onEvent(String line) {
    next.onEvent(line);
  }

  @Override
  public void onScored(long step, Map<String, Double> scores) {
    next.onScored(step, scores);
    writer.execute(this::write);
  }

  @Override
  public void onFinished(RunSummary summary) {
    next.onFinished(summary);
    writer.execute(this::finish);
  }

  private void finish() {
    write();
    try {
      ReportPictures.write(runDirectory);
    } catch (IOException | RuntimeException e) {
      LOG.warn("the plots of {} could not be written: {}", runDirectory, e.toString());
    }
  }

  private void write() {
    try {
      Report.write(runDirectory);
    } catch (IOException | RuntimeException e) {
      // The next score writes it again, and the end of the run reports a lasting fault.
      LOG.warn("the report of {} could not be written: {}", runDirectory, e.toString());
    }
  }

  /** Waits for the report that is being written. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      writer.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
