package dev.gnomon.protocol;

import java.util.List;
import java.util.Map;

/**
 * An actor, at each tick of its lineage: what it is doing, so that an operator can see it. A later
 * one replaces it.
 *
 * @param doing a word or two a person reads, such as {@code training}
 * @param waitsFor what was asked for and is overdue; empty where nothing is
 * @param step the step it works on
 * @param version the weight version it has; -1 where it has none
 * @param queued how much of what lies before it, such as {@code batches}
 */
public record Working(
    Lineage lineage,
    Role role,
    String actor,
    String doing,
    List<String> waitsFor,
    long step,
    long version,
    Map<String, Long> queued)
    implements CoordinatorMessage {
  public Working {
    waitsFor = List.copyOf(waitsFor);
    queued = Ordered.copy(queued);
  }
}
