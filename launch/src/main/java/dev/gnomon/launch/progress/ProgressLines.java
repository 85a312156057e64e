package dev.gnomon.launch.progress;

import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.StepReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/** Progress on a pipe or in a file: a line every few seconds, and one for each score. */
public final class ProgressLines implements RunListener {

  private final PrintWriter out;
  private final LongSupplier nanos;
  private final long pause;
  private final Pace pace;
  private long lastLine;
  private boolean first = true;

  /**
   * @param every the least time between two lines of steps
   * @param nanos a clock, in nanoseconds
   */
  public ProgressLines(PrintWriter out, Duration every, LongSupplier nanos) {
    this.out = out;
    this.nanos = nanos;
    this.pause = every.toNanos();
    this.pace = new Pace(nanos);
  }

  @Override
  public void onStep(StepReport report) {
    String figures = pace.figures(report);
    long now = nanos.getAsLong();
    if (first || now - lastLine >= pause || report.step() == report.steps()) {
      first = false;
      lastLine = now;
      String left = pace.timeLeft(report);
      line(
          "step %d/%d  %s%s"
              .formatted(
                  report.step(),
                  report.steps(),
                  figures,
                  left.isEmpty() || report.step() == report.steps() ? "" : "  " + left + " left"));
    }
  }

  @Override
  public void onEvent(String line) {}

  @Override
  public void onScored(long step, Map<String, Double> scores) {
    line("scored step %d  %s".formatted(step, ScoreWords.of(scores)));
  }

  @Override
  public void onFinished(RunSummary summary) {}

  private void line(String text) {
    out.println(text);
    out.flush();
  }
}
