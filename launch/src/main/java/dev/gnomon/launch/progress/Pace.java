package dev.gnomon.launch.progress;

import dev.gnomon.actors.run.StepReport;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** How a run is going, in figures a person reads, with the time that is left. */
public final class Pace {

  private final LongSupplier nanos;
  private long began = -1;
  private long firstStep;

  /**
   * @param nanos a clock, in nanoseconds
   */
  Pace(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Takes note of a step; gives its figures: loss, images/s, staleness, NMI. */
  String figures(StepReport report) {
    if (began < 0) {
      began = nanos.getAsLong();
      firstStep = report.step();
    }
    Map<String, Double> measures = report.measures();
    StringBuilder text = new StringBuilder();
    add(text, "loss %.4f", measures.get("loss"));
    add(text, "%,.0f images/s", measures.get("images_per_second"));
    add(text, "staleness %.0f", measures.get("staleness"));
    add(text, "NMI %.3f", measures.get("nmi"));
    return text.toString();
  }

  /** The time that is left at the pace since this process took part. */
  String timeLeft(StepReport report) {
    long done = report.step() - firstStep;
    if (began < 0 || done < 1) {
      return "";
    }
    double each = (nanos.getAsLong() - began) / 1e9 / done;
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
