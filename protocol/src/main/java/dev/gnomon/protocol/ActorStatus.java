package dev.gnomon.protocol;

import java.util.Map;

/**
 * What one actor of a run is doing.
 *
 * @param actor its path, with the address of its node
 * @param state a word or two a person reads, such as {@code training} or {@code waiting for batch
 *     12}
 * @param step the step it works on
 * @param begun whether it works on the current lineage
 * @param version the weight version it has; -1 where it has none
 * @param queued how much of what lies before it, such as {@code batches}
 */
public record ActorStatus(
    Role role,
    String actor,
    String state,
    int restarts,
    long step,
    boolean begun,
    long version,
    Map<String, Long> queued) {

  /** State of an actor that takes the place of another when that is lost. */
  public static final String STANDBY = "standby";

  public ActorStatus {
    queued = Ordered.copy(queued);
  }
}
