package dev.gnomon.actors;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What operators see of an actor at work, beside its step.
 *
 * @param doing a word or two, such as {@code training}
 * @param version the weight version it has; {@link #NO_VERSION} where it has none
 * @param queued how much of what lies before it, such as {@code batches}
 */
public record Gauge(String doing, long version, Map<String, Long> queued) {

  /** The version of an actor that has none. */
  public static final long NO_VERSION = -1;

  public Gauge {
    queued = Collections.unmodifiableMap(new LinkedHashMap<>(queued));
  }

  /** Of an actor that is doing that, with no weights and nothing before it. */
  public static Gauge of(String doing) {
    return new Gauge(doing, NO_VERSION, Map.of());
  }

  /** The same, of an actor that has those weights. */
  public Gauge version(long version) {
    return new Gauge(doing, version, queued);
  }

  /** The same, and so many of those lie before it. */
  public Gauge queued(String what, long count) {
    Map<String, Long> more = new LinkedHashMap<>(queued);
    more.put(what, count);
    return new Gauge(doing, version, more);
  }
}
