package dev.gnomon.actors.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.protocol.ActorStatus;
import dev.gnomon.protocol.CheckpointStatus;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.RunStatus;
import dev.gnomon.protocol.VersionStatus;
import dev.gnomon.protocol.WaitStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadinessTest {

  private static final String HERE = "10.0.0.2:2551";

  static ActorStatus actor(String node, String name, String state, boolean begun) {
    return new ActorStatus(
        Role.TEACHER,
        "akka://gnomon@" + node + "/user/" + name,
        state,
        1,
        120,
        begun,
        112,
        Map.of("batches", 2L));
  }

  static RunStatus status(List<WaitStatus> waits, ActorStatus... actors) {
    return new RunStatus(
        "made-up",
        3,
        "running",
        "10.0.0.1:2551",
        121,
        2400,
        new VersionStatus(100, 130, 112, 15),
        new CheckpointStatus(100, List.of(112L), 100),
        Arrays.asList(actors),
        waits,
        1,
        Map.of("loss", 0.5, "nmi", Double.NaN));
  }

  @Test
  void readyIsWhoseActorsHaveAllBegun() {
    RunStatus status =
        status(
            List.of(),
            actor(HERE, "teacher-1", "looking", true),
            actor(HERE, "teacher-2", "resting", true),
            actor("10.0.0.3:2551", "trainer", "idle", false));
    assertThat(Readiness.missing(HERE, Set.of("teacher-1", "teacher-2"), status)).isEmpty();
    assertThat(Readiness.missing("10.0.0.1:2551", Set.of(), status)).isEmpty();
  }

  @Test
  void whoStandsByIsReadyToo() {
    RunStatus status = status(List.of(), actor(HERE, "trainer", ActorStatus.STANDBY, false));
    assertThat(Readiness.missing(HERE, Set.of("trainer"), status)).isEmpty();
  }

  @Test
  void theFirstThatHasNotBegunIsNamedWithWhatTheRunWaitsFor() {
    RunStatus status =
        status(
            List.of(
                new WaitStatus("coordinator", "assigner", 3),
                new WaitStatus("coordinator", "checkpointer", 3),
                new WaitStatus("akka://gnomon/user/x", "batch 3", 3)),
            actor(HERE, "teacher-1", "idle", false));
    assertThat(Readiness.missing(HERE, Set.of("teacher-1"), status))
        .contains(
            "teacher-1 has not begun: it is idle, and the run waits for assigner, checkpointer");
  }

  @Test
  void anActorThatTheCoordinatorDoesNotKnowIsNamed() {
    RunStatus status = status(List.of(), actor("10.0.0.3:2551", "trainer", "training", true));
    assertThat(Readiness.missing(HERE, Set.of("trainer"), status))
        .contains("trainer is not known to the coordinator yet");
  }
}
