package dev.gnomon.actors;

import akka.actor.typed.ActorRef;
import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.transfer.WeightExchange;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.Role;
import java.nio.file.Path;

/**
 * What an actor is given by the node that runs it.
 *
 * @param role what the actor is for
 * @param runDirectory where the run's checkpoints and pictures are
 * @param coordinator the run's coordinator, wherever it is
 * @param exchange how weight versions get from the trainer to the teachers
 */
public record RoleContext(
    Role role,
    RunSettings settings,
    Path runDirectory,
    ActorRef<CoordinatorMessage> coordinator,
    WeightExchange exchange) {

  /** How the role is filled on this node: device, threads. */
  public RoleSettings roleSettings() {
    return settings.role(role);
  }
}
