package dev.gnomon.launch.progress;

import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.StepReport;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;

/** Progress on a terminal: a bar with step, time left, loss, images/s, staleness, NMI and FD. */
public final class ProgressMeter implements RunListener {

  private static final int NARROWEST_BAR = 6;
  private static final int WIDEST_BAR = 40;

  private final Pace pace = new Pace(System::nanoTime);
  private ProgressBar bar;
  private String distance = "";

  @Override
  public void onStep(StepReport report) {
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setInitialMax(report.steps())
              .startsFrom(report.step(), Duration.ZERO)
              .setRenderer(ProgressMeter::line)
              .setUpdateIntervalMillis(200)
              .clearDisplayOnFinish()
              .build();
    }
    String left = pace.timeLeft(report);
    bar.stepTo(report.step());
    bar.setExtraMessage(
        pace.figures(report) + distance + (left.isEmpty() ? "" : "  " + left + " left"));
  }

  /** Step and figures, and as much of a bar as the terminal has room for. */
  static String line(ProgressState state, int width) {
    return line(state.getCurrent(), state.getMax(), state.getExtraMessage(), width);
  }

  static String line(long step, long steps, String figures, int width) {
    String words = "%d/%d  %s".formatted(step, steps, figures);
    int room = Math.min(WIDEST_BAR, width - words.length() - 4);
    if (room < NARROWEST_BAR) {
      return words.substring(0, Math.min(words.length(), Math.max(0, width)));
    }
    int filled = (int) (room * step / Math.max(1, steps));
    return "[" + "=".repeat(filled) + " ".repeat(room - filled) + "]  " + words;
  }

  @Override
  public void onEvent(String line) {}

  @Override
  public void onScored(long step, Map<String, Double> scores) {
    if (scores.containsKey("fd")) {
      distance = String.format(Locale.ROOT, "  FD %.3f", scores.get("fd"));
    }
  }

  @Override
  public void onFinished(RunSummary summary) {
    if (bar != null) {
      bar.close();
    }
  }
}
