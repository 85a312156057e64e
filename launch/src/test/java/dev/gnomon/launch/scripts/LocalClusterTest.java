package dev.gnomon.launch.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code launch/local-cluster}: which processes it starts, and how they end. */
@Execution(ExecutionMode.CONCURRENT)
class LocalClusterTest {

  private static final String GROUPS = "coordinator,data,checkpointer trainer,assigner teacher";

  @TempDir private Path folder;
  private ScriptHome home;

  @BeforeEach
  void install() throws Exception {
    home = new ScriptHome(folder);
  }

  @AfterEach
  void end() throws Exception {
    home.close();
  }

  private ScriptHome.Running cluster(String... more) throws Exception {
    String[] arguments = {"--run", "a run", "--groups", GROUPS};
    return home.start("local-cluster", join(arguments, more));
  }

  private static String[] join(String[] some, String... more) {
    return java.util.stream.Stream.of(some, more)
        .flatMap(java.util.Arrays::stream)
        .toArray(String[]::new);
  }

  private void awaitStarts(int starts) throws Exception {
    home.awaitStarts(starts);
  }

  @Test
  void aDryRunPrintsTheCommandOfEachProcessAndStartsNothing() throws Exception {
    ScriptHome.Ended ended =
        home.run(
            "local-cluster",
            "--run",
            "a run",
            "--dry-run",
            "--groups",
            "trainer,assigner@gpu0 teacher@gpu1 coordinator,data,checkpointer teacher@gpu2",
            "--config",
            "my own.conf",
            "--set",
            "gnomon.steps=3");
    String[] ports =
        ended
            .output()
            .lines()
            .map(l -> l.replaceFirst(".*--port (\\d+) .*", "$1"))
            .toArray(String[]::new);
    String gnomon = "'" + home.path() + "/launch/gnomon' node --run 'a run' --roles ";
    String seeds =
        " --seed-nodes 127.0.0.1:%3$s,127.0.0.1:%1$s,127.0.0.1:%2$s,127.0.0.1:%4$s"
            .formatted((Object[]) ports);
    String passed = " --config 'my own.conf' --set gnomon.steps=3";
    assertThat(ended.output().lines())
        .containsExactly(
            gnomon
                + "trainer,assigner --port "
                + ports[0]
                + seeds
                + " --set gnomon.roles.trainer.device=gpu0 --set gnomon.roles.assigner.device=gpu0"
                + passed,
            gnomon
                + "teacher --port "
                + ports[1]
                + seeds
                + " --set gnomon.roles.teacher.device=gpu1"
                + passed,
            gnomon + "coordinator,data,checkpointer --port " + ports[2] + seeds + passed,
            gnomon
                + "teacher --port "
                + ports[3]
                + seeds
                + " --set gnomon.roles.teacher.device=gpu2"
                + passed);
    assertThat(ports).doesNotHaveDuplicates();
    assertThat(Files.exists(home.file("a run"))).isFalse();
  }

  @Test
  void aDeviceOfARoleHoldsForEveryProcess() throws Exception {
    ScriptHome.Ended ended =
        home.run(
            "local-cluster", "--run", "r", "--dry-run", "--devices", "teacher=gpu1,trainer=gpu0");
    assertThat(ended.output().lines())
        .hasSize(5)
        .allMatch(
            line ->
                line.endsWith(
                    " --set gnomon.roles.trainer.device=gpu0 --set gnomon.roles.teacher.device=gpu1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "coordinator,data,trainer | no process has the role checkpointer",
        "trainer teacher | no process has the role coordinator or data or checkpointer",
        "coordinator,dota,trainer | \"dota\" is no role; there are: coordinator data trainer",
        "coordinator,data,data | data is named twice",
        "coordinator,,data | is not a list of roles with commas",
        "coordinator,data@gpu0 | has no use for gpu0: only trainer teacher assigner evaluator compute",
        "trainer@1 | \"1\" is not a device: cpu, gpu0, gpu1, ..."
      })
  void groupsThatAreWrongAreBadUsage(String groups, String fault) throws Exception {
    ScriptHome.Ended ended = home.run("local-cluster", "--run", "r", "--groups", groups);
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output()).contains(fault);
    assertThat(home.lines("started")).isEmpty();
  }

  @Test
  void theRunIsOverWhenTheCoordinatorsProcessIs() throws Exception {
    home.acts("coordinator,data,checkpointer", "for 1 0");
    home.acts("teacher", "exit 71");
    ScriptHome.Ended ended = cluster().end();
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(home.lines("told")).isEmpty();
    assertThat(home.lines("started")).hasSize(4);
    assertThat(home.file("a run/nodes/teacher.log")).content().contains("teacher ended with 71");
    assertThat(ended.output()).doesNotContain("has left");
  }

  @Test
  void whatIsLeftWhenTheCoordinatorWasRefusedIsToldToEnd() throws Exception {
    home.acts("coordinator,data,checkpointer", "exit 2");
    home.acts("teacher", "stays");
    home.acts("trainer,assigner", "stays");
    ScriptHome.Ended ended = cluster().end();
    assertThat(ended.code()).as(ended.output()).isEqualTo(2);
    assertThat(home.lines("told")).containsExactlyInAnyOrder("teacher", "trainer,assigner");
  }

  @Test
  void theRunEndsIfAProcessIsGivenUpThatNoOtherCanReplace() throws Exception {
    home.acts("trainer,assigner", "exit 71", "exit 71");
    ScriptHome.Ended ended = cluster("--attempts", "1").end();
    assertThat(ended.code()).isEqualTo(71);
    assertThat(ended.output())
        .contains("no other node can take over: trainer assigner. Ending the run");
    assertThat(home.lines("told")).containsExactly("coordinator,data,checkpointer");
  }

  @Test
  void theRunGoesOnIfAnotherProcessHasTheRoles() throws Exception {
    home.acts("coordinator,data,checkpointer", "for 2 0");
    home.acts("teacher", "exit 1");
    home.acts("evaluator", "exit 1");
    ScriptHome.Ended ended =
        home.run("local-cluster", "--run", "r", "--groups", GROUPS + " teacher evaluator");
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output())
        .containsPattern("teacher(-2)? ended with 1; see r/nodes/teacher(-2)?.log")
        .contains("evaluator ended with 1");
    assertThat(home.lines("told")).isEmpty();
  }

  @Test
  void aSignalEndsTheCoordinatorsProcessFirst() throws Exception {
    ScriptHome.Running cluster = cluster();
    awaitStarts(3);
    ScriptHome.Ended ended = cluster.signal("TERM").end();
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("ending the run after a last checkpoint");
    assertThat(home.lines("told")).containsExactly("coordinator,data,checkpointer");
  }

  @Test
  void aSecondSignalEndsAllAtOnce() throws Exception {
    for (String roles : GROUPS.split(" ")) {
      home.acts(roles, "late 1");
    }
    ScriptHome.Running cluster = cluster();
    awaitStarts(3);
    cluster.signal("TERM").awaitOutput("ending the run");
    ScriptHome.Ended ended = cluster.signal("TERM").end();
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(home.lines("told")).contains(GROUPS.split(" "));
  }

  @Test
  void ifItIsKilledEveryProcessIsToldToEnd() throws Exception {
    for (String roles : GROUPS.split(" ")) {
      home.acts(roles, "stays");
    }
    ScriptHome.Running cluster = cluster();
    awaitStarts(3);
    cluster.signal("KILL").end();
    ScriptHome.await("all are told", () -> home.lines("told").size() == 3);
    for (String name : GROUPS.split(" ")) {
      ScriptHome.await(
          "the end of " + name,
          () -> home.lines("a run/nodes/" + name + ".state").get(0).startsWith("ended"));
    }
  }

  @Test
  void twoOfOneRunAreRefusedAndProcessesKeepTheirPorts() throws Exception {
    ScriptHome.Running first = cluster();
    awaitStarts(3);
    ScriptHome.Ended second = cluster().end();
    assertThat(second.code()).isEqualTo(2);
    assertThat(second.output()).contains("another launch/local-cluster has a run");
    first.signal("TERM").end();
    List<String> addresses = home.lines("a run/nodes/addresses");
    ScriptHome.Running third = cluster();
    awaitStarts(6);
    third.signal("TERM").end();
    assertThat(home.lines("a run/nodes/addresses")).isEqualTo(addresses).hasSize(3);
  }
}
