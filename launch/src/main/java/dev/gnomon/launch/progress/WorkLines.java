package dev.gnomon.launch.progress;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Progress of a piece of work whose size is known: a line every few seconds, with the time left.
 */
public final class WorkLines {

  private final PrintWriter out;
  private final String what;
  private final long pause;
  private final LongSupplier nanos;
  private final long began;
  private long lastLine;

  /**
   * @param what is counted, such as "images"
   * @param every the least time between two lines
   * @param nanos a clock, in nanoseconds
   */
  public WorkLines(PrintWriter out, String what, Duration every, LongSupplier nanos) {
    this.out = out;
    this.what = what;
    this.pause = every.toNanos();
    this.nanos = nanos;
    this.began = nanos.getAsLong();
    this.lastLine = began;
  }

  /** {@code done} of {@code total} are done. */
  public void at(long done, long total) {
    long now = nanos.getAsLong();
    if (now - lastLine < pause || done == 0 || done == total) {
      return;
    }
    lastLine = now;
    double each = (now - began) / 1e9 / done;
    out.printf(
        "%,d of %,d %s  %s a second  %s left%n",
        done,
        total,
        what,
        (each > 0.1 ? "%.1f" : "%,.0f").formatted(1 / each),
        Pace.shown(Duration.ofMillis((long) (1000 * each * (total - done)))));
    out.flush();
  }
}
