package dev.gnomon.protocol;

import java.util.List;
import java.util.Map;

/**
 * What a run is doing, as the coordinator sees it.
 *
 * @param phase such as {@code waiting}, {@code running}, {@code paused} or {@code done}
 * @param coordinator address of the node the coordinator is on
 * @param step steps done
 * @param steps steps in all
 * @param restarts of all actors
 * @param measures newest value of each measure
 */
public record RunStatus(
    String run,
    long lineage,
    String phase,
    String coordinator,
    long step,
    long steps,
    VersionStatus versions,
    CheckpointStatus checkpoints,
    List<ActorStatus> actors,
    List<WaitStatus> waits,
    int restarts,
    Map<String, Double> measures)
    implements WireMessage {
  public RunStatus {
    actors = List.copyOf(actors);
    waits = List.copyOf(waits);
    measures = Ordered.copy(measures);
  }
}
