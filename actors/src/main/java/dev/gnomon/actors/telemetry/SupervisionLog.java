package dev.gnomon.actors.telemetry;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log for the person at 3 a.m.: every restart, loss, wait and give-up is one line of {@code
 * key=value}, the event first. A value with anything but plain characters stands in double quotes.
 *
 * <pre>event=restart actor=assigner cause="disk full" attempt=2/5 backoff=4s step=1200 lost=0</pre>
 */
public final class SupervisionLog {

  /** Name of the logger, by which logging configuration writes {@code supervision.log}. */
  public static final String LOGGER = "gnomon.supervision";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);
  private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

  private final StringBuilder line;

  private SupervisionLog(String event) {
    line = new StringBuilder("event=").append(quoted(event));
  }

  /** Begins the line of an event. */
  public static SupervisionLog event(String event) {
    return new SupervisionLog(event);
  }

  /** Adds a value: durations in seconds, times to the second, numbers and words as they are. */
  public SupervisionLog with(String key, Object value) {
    String text =
        value instanceof Duration d
            ? seconds(d)
            : value instanceof LocalDateTime t ? TIME.format(t) : String.valueOf(value);
    line.append(' ').append(key).append('=').append(quoted(text));
    return this;
  }

  /** Logs what went as it should; gives the line. */
  public String info() {
    LOG.info("{}", line);
    return line.toString();
  }

  /** Logs what an operator may have to look at; gives the line. */
  public String warn() {
    LOG.warn("{}", line);
    return line.toString();
  }

  private static String seconds(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0
        ? millis / 1000 + "s"
        : String.format(Locale.ROOT, "%.1fs", millis / 1000.0);
  }

  private static String quoted(String text) {
    if (!text.isEmpty() && text.chars().allMatch(SupervisionLog::plain)) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
              } else {
                quoted.append(c < ' ' ? ' ' : (char) c);
              }
            });
    return quoted.append('"').toString();
  }

  private static boolean plain(int c) {
    return c > ' ' && c != '"' && c != '=' && c != '\\' && c != 127;
  }
}
