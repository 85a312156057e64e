package dev.gnomon.actors.trainer;

import dev.gnomon.actors.Gauge;
import dev.gnomon.actors.transfer.WeightExchange;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.WeightsPublished;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The weight versions of one lineage that are still of use, and how they are announced. */
final class PublishedVersions {

  private final WeightExchange exchange;
  private final SortedMap<Long, WeightsPublished> announcements = new TreeMap<>();
  private Lineage lineage; // null before the first

  PublishedVersions(WeightExchange exchange) {
    this.exchange = exchange;
  }

  /** Takes back what an older lineage published. */
  void begin(Lineage newer) {
    end();
    lineage = newer;
  }

  /** A version is there. */
  void add(WeightsPublished announcement) {
    announcements.put(announcement.version(), announcement);
  }

  /** Announcements of all versions that are of use, in order. */
  Collection<WeightsPublished> all() {
    return List.copyOf(announcements.values());
  }

  /** The announcement of a version; empty where it is yet to come, or of no more use. */
  Optional<WeightsPublished> of(long version) {
    return Optional.ofNullable(announcements.get(version));
  }

  /** The newest version; {@link Gauge#NO_VERSION} where there is none. */
  long newest() {
    return announcements.isEmpty() ? Gauge.NO_VERSION : announcements.lastKey();
  }

  /** Versions below {@code below} are of no more use. */
  void retire(long below) {
    announcements.headMap(below).clear();
    exchange.retire(lineage, below);
  }

  /** Nothing that was published is of use any more. */
  void end() {
    if (lineage != null) {
      retire(Long.MAX_VALUE);
    }
  }
}
