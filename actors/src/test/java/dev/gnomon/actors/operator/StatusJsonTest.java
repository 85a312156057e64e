package dev.gnomon.actors.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.protocol.RunStatus;
import dev.gnomon.protocol.WaitStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusJsonTest {

  private static final NodeView FIRST =
      new NodeView("10.0.0.1:2551", List.of("coordinator", "data"), "up", true);
  private static final NodeView SECOND =
      new NodeView("10.0.0.2:2551", List.of("teacher"), "up", false);

  private static JsonNode json(Optional<RunStatus> status) throws Exception {
    return new ObjectMapper()
        .readTree(
            StatusJson.of("made-up", "10.0.0.2:2551", List.of(FIRST, SECOND), status, "silence"));
  }

  @Test
  void allThatTheCoordinatorSaysIsThere() throws Exception {
    JsonNode json =
        json(
            Optional.of(
                ReadinessTest.status(
                    List.of(new WaitStatus("coordinator", "trainer", 2.5)),
                    ReadinessTest.actor("10.0.0.2:2551", "teacher", "looking", true),
                    ReadinessTest.actor("10.0.0.9:2551", "teacher", "looking", true))));
    assertThat(json.toString())
        .isEqualTo(
            """
            {"run":"made-up","answered_by":"10.0.0.2:2551","machine":"%s","pid":%d,"phase":"running",\
            "coordinator":"10.0.0.1:2551","lineage":3,"step":121,"steps":2400,"restarts":1,\
            "versions":{"boundary":100,"admitted":130,"version":112,"max_staleness":15},\
            "checkpoints":{"newest":100,"writing":[112],"scoring":100},\
            "waits":[{"actor":"coordinator","for":"trainer","seconds":2.5}],\
            "measures":%s,\
            "nodes":[{"node":"10.0.0.1:2551","state":"up","reachable":true,\
            "roles":["coordinator","data"],"actors":[]},\
            {"node":"10.0.0.2:2551","state":"up","reachable":false,"roles":["teacher"],\
            "actors":[{"actor":"teacher","role":"teacher",\
            "path":"akka://gnomon@10.0.0.2:2551/user/teacher","state":"looking","begun":true,\
            "restarts":1,"step":120,"version":112,"queued":{"batches":2}}]}],\
            "lost_actors":[{"actor":"teacher","role":"teacher",\
            "path":"akka://gnomon@10.0.0.9:2551/user/teacher","state":"looking","begun":true,\
            "restarts":1,"step":120,"version":112,"queued":{"batches":2}}]}"""
                .formatted(
                    ServedAt.thisMachine(), ProcessHandle.current().pid(), json.get("measures")));
    assertThat(json.get("measures").get("loss").asDouble()).isEqualTo(0.5);
    assertThat(json.get("measures").get("nmi").isNull()).isTrue();
  }

  @Test
  void withoutTheCoordinatorTheNodesAreThereAndTheTrouble() throws Exception {
    JsonNode json = json(Optional.empty());
    assertThat(json.get("phase").asText()).isEqualTo("unknown");
    assertThat(json.get("trouble").asText()).isEqualTo("silence");
    assertThat(json.get("nodes")).hasSize(2);
  }
}
