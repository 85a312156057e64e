package dev.gnomon.actors.operator;

import dev.gnomon.actors.ActorName;
import dev.gnomon.protocol.ActorStatus;
import dev.gnomon.protocol.RunStatus;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether a node takes part in its run: each of its actors works on the run's lineage. */
public final class Readiness {

  private Readiness() {}

  /**
   * Why the node is not ready; empty if it is.
   *
   * @param node address of the node
   * @param actors names of its actors
   * @param status of the run
   */
  public static Optional<String> missing(String node, Collection<String> actors, RunStatus status) {
    List<ActorStatus> ours =
        status.actors().stream().filter(a -> ActorName.of(a.actor()).node().equals(node)).toList();
    for (String name : actors.stream().sorted().toList()) {
      Optional<ActorStatus> actor =
          ours.stream().filter(a -> ActorName.of(a.actor()).name().equals(name)).findFirst();
      if (actor.isEmpty()) {
        return Optional.of("%s is not known to the coordinator yet".formatted(name));
      }
      if (!actor.get().begun() && !actor.get().state().equals(ActorStatus.STANDBY)) {
        return Optional.of(
            "%s has not begun: it is %s%s".formatted(name, actor.get().state(), waits(status)));
      }
    }
    return Optional.empty();
  }

  private static String waits(RunStatus status) {
    List<String> seats =
        status.waits().stream()
            .filter(wait -> wait.actor().equals("coordinator"))
            .map(wait -> wait.forWhat())
            .collect(Collectors.toList());
    return seats.isEmpty() ? "" : ", and the run waits for " + String.join(", ", seats);
  }
}
