package dev.gnomon.actors.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.actors.ActorName;
import dev.gnomon.protocol.ActorStatus;
import dev.gnomon.protocol.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run's status as JSON: the tree of nodes, the actors on each, and what the coordinator knows.
 */
public final class StatusJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private StatusJson() {}

  /**
   * The object.
   *
   * @param run name of the run
   * @param here address of the node that answers
   * @param nodes of the cluster, as that node sees them
   * @param status what the coordinator says; empty where it does not answer
   * @param trouble why it does not
   */
  public static String of(
      String run, String here, List<NodeView> nodes, Optional<RunStatus> status, String trouble) {
    ObjectNode json = JSON.createObjectNode();
    json.put("run", run)
        .put("answered_by", here)
        .put("machine", ServedAt.thisMachine())
        .put("pid", ProcessHandle.current().pid());
    if (status.isPresent()) {
      put(json, status.get());
    } else {
      json.put("phase", "unknown").put("trouble", trouble);
    }
    ArrayNode array = json.putArray("nodes");
    List<ActorStatus> left = new ArrayList<>(status.map(RunStatus::actors).orElse(List.of()));
    for (NodeView node : nodes) {
      ObjectNode object = array.addObject();
      object.put("node", node.node()).put("state", node.state()).put("reachable", node.reachable());
      ArrayNode roles = object.putArray("roles");
      node.roles().forEach(roles::add);
      ArrayNode actors = object.putArray("actors");
      left.removeIf(
          actor -> {
            boolean its = ActorName.of(actor.actor()).node().equals(node.node());
            if (its) {
              put(actors.addObject(), actor);
            }
            return its;
          });
    }
    // Their nodes have left, and the coordinator has not heard of it yet.
    ArrayNode lost = json.putArray("lost_actors");
    left.forEach(actor -> put(lost.addObject(), actor));
    return json.toString();
  }

  private static void put(ObjectNode json, RunStatus status) {
    json.put("run", status.run())
        .put("phase", status.phase())
        .put("coordinator", status.coordinator())
        .put("lineage", status.lineage())
        .put("step", status.step())
        .put("steps", status.steps())
        .put("restarts", status.restarts());
    json.putObject("versions")
        .put("boundary", status.versions().boundary())
        .put("admitted", status.versions().admitted())
        .put("version", status.versions().version())
        .put("max_staleness", status.versions().maxStaleness());
    ObjectNode checkpoints = json.putObject("checkpoints");
    checkpoints.put("newest", status.checkpoints().newest());
    ArrayNode writing = checkpoints.putArray("writing");
    status.checkpoints().writing().forEach(writing::add);
    checkpoints.put("scoring", status.checkpoints().scoring());
    ArrayNode waits = json.putArray("waits");
    status
        .waits()
        .forEach(
            wait ->
                waits
                    .addObject()
                    .put("actor", wait.actor())
                    .put("for", wait.forWhat())
                    .put("seconds", wait.seconds()));
    ObjectNode measures = json.putObject("measures");
    for (Map.Entry<String, Double> measure : status.measures().entrySet()) {
      if (Double.isFinite(measure.getValue())) {
        measures.put(measure.getKey(), measure.getValue());
      } else {
        measures.putNull(measure.getKey());
      }
    }
  }

  private static void put(ObjectNode json, ActorStatus actor) {
    json.put("actor", ActorName.of(actor.actor()).name())
        .put("role", actor.role().wireName())
        .put("path", actor.actor())
        .put("state", actor.state())
        .put("begun", actor.begun())
        .put("restarts", actor.restarts())
        .put("step", actor.step());
    if (actor.version() >= 0) {
      json.put("version", actor.version());
    }
    ObjectNode queued = json.putObject("queued");
    actor.queued().forEach(queued::put);
  }
}
