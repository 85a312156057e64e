package dev.gnomon.protocol;

import java.util.List;
import java.util.Map;

/**
 * What a run is doing, as the coordinator sees it.
 *
 * @param phase such as {@code waiting}, {@code running}, {@code paused} or {@code done}
 * @param step steps done
 * @param steps steps in all
 * @param measures newest value of each measure
 */
public record RunStatus(
    String run,
    long lineage,
    String phase,
    long step,
    long steps,
    List<ActorStatus> actors,
    Map<String, Double> measures)
    implements WireMessage {
  public RunStatus {
    actors = List.copyOf(actors);
    measures = Ordered.copy(measures);
  }
}
