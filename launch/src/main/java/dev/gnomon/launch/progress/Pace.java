package dev.gnomon.launch.progress;

import dev.gnomon.actors.run.StepReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** How a run is going, in figures a person reads, with the time that is left. */
public final class Pace {

  private static final int RECENT = 100; // steps that the pace is of
  private static final double PAUSE = 20; // times as long as a step takes, and at least
  private static final long SHORTEST_PAUSE = 30_000_000_000L;

  /** A step that was done, and when. */
  private record Done(long step, long at) {}

  private final LongSupplier nanos;
  private final ArrayDeque<Done> recent = new ArrayDeque<>(); // the newest last

  /**
   * @param nanos a clock, in nanoseconds
   */
  Pace(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Takes note of a step; gives its figures: loss, images/s, staleness, NMI. */
  String figures(StepReport report) {
    note(new Done(report.step(), nanos.getAsLong()));
    Map<String, Double> measures = report.measures();
    StringBuilder text = new StringBuilder();
    add(text, "loss %.4f", measures.get("loss"));
    add(text, "%,.0f images/s", measures.get("images_per_second"));
    add(text, "staleness %.0f", measures.get("staleness"));
    add(text, "NMI %.3f", measures.get("nmi"));
    return text.toString();
  }

  /** A run that has gone back, or has paused, goes at the pace from there on. */
  private void note(Done now) {
    if (!recent.isEmpty()) {
      Done last = recent.getLast();
      long gap = now.at() - last.at();
      boolean paused = gap > SHORTEST_PAUSE && recent.size() > 1 && gap > PAUSE * 1e9 * each();
      if (now.step() < last.step() || paused) {
        recent.clear();
      }
    }
    recent.add(now);
    if (recent.size() > RECENT) {
      recent.remove();
    }
  }

  /** Seconds that a step takes. */
  private double each() {
    Done first = recent.getFirst();
    Done last = recent.getLast();
    return (last.at() - first.at()) / 1e9 / Math.max(1, last.step() - first.step());
  }

  /** The time that is left at the pace of recent steps; empty before there are two. */
  String timeLeft(StepReport report) {
    if (recent.size() < 2) {
      return "";
    }
    double each = each();
    return shown(Duration.ofMillis((long) (1000 * each * (report.steps() - report.step()))));
  }

  /** Such as 1h 5m, 3m 20s or 8s. */
  public static String shown(Duration duration) {
    long seconds = Math.round(duration.toMillis() / 1000.0);
    if (seconds >= 3600) {
      return "%dh %dm".formatted(seconds / 3600, seconds % 3600 / 60);
    }
    return seconds >= 60 ? "%dm %ds".formatted(seconds / 60, seconds % 60) : seconds + "s";
  }

  private static void add(StringBuilder text, String format, Double value) {
    if (value != null && Double.isFinite(value)) {
      text.append(text.isEmpty() ? "" : "  ").append(String.format(Locale.ROOT, format, value));
    }
  }
}
