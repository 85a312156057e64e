package dev.gnomon.launch.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code launch/ssh} over a stand-in for ssh that runs everything on this machine. */
@Execution(ExecutionMode.CONCURRENT)
class SshTest {

  private static final String HOSTS =
      """
      # the machines
      login.example    coordinator,data,checkpointer

      me@gpu1.example  trainer,assigner  gpu0  ssh-port=2222 java=/opt/jdk
      me@gpu1.example  teacher           gpu1  # looks
      """;

  @TempDir private Path folder;
  private ScriptHome home;
  private Path down;

  @BeforeEach
  void install() throws Exception {
    down = Files.createDirectories(folder.resolve("down"));
    home = new ScriptHome(folder).with("ssh").with(Map.of("HOSTS_DOWN", down.toString()));
  }

  @AfterEach
  void end() throws Exception {
    home.close();
  }

  private ScriptHome.Running ssh(String hosts, String... more) throws Exception {
    Files.writeString(home.file("hosts"), hosts);
    List<String> arguments = new ArrayList<>(List.of("--hosts", "hosts", "--run", "a run"));
    arguments.addAll(List.of(more));
    return home.start("ssh", arguments.toArray(String[]::new));
  }

  /** Once its node and the connection that looks at it are there. */
  private void awaitStarts(ScriptHome.Running ssh, int starts) throws Exception {
    ScriptHome.await("starts", () -> home.lines("started").size() >= starts);
    for (String name : List.of("coordinator,data,checkpointer", "trainer,assigner", "teacher")) {
      ssh.awaitOutput(name + "| keep:");
    }
  }

  @Test
  void aDryRunPrintsTheCommandOfEachHost() throws Exception {
    ScriptHome.Ended ended =
        ssh(HOSTS, "--dry-run", "--set", "gnomon.steps=3", "--port", "2600").end();
    String ssh =
        "ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=10 -o ServerAliveCountMax=3 -o LogLevel=ERROR ";
    String cd = " 'cd '\\''" + home.path() + "'\\'' && env ";
    String node = "launch/gnomon node --run '\\''a run'\\'' --roles ";
    String seeds = " --seed-nodes login.example:2600,gpu1.example:2600,gpu1.example:2601";
    assertThat(ended.output().lines())
        .containsExactly(
            ssh
                + "login.example"
                + cd
                + node
                + "coordinator,data,checkpointer --host login.example --port 2600"
                + seeds
                + " --set gnomon.steps=3'",
            ssh
                + "-p 2222 me@gpu1.example"
                + cd
                + "JAVA_HOME=/opt/jdk "
                + node
                + "trainer,assigner --host gpu1.example --port 2600"
                + seeds
                + " --set gnomon.roles.trainer.device=gpu0 --set gnomon.roles.assigner.device=gpu0"
                + " --set gnomon.steps=3'",
            ssh
                + "me@gpu1.example"
                + cd
                + node
                + "teacher --host gpu1.example --port 2601"
                + seeds
                + " --set gnomon.roles.teacher.device=gpu1 --set gnomon.steps=3'");
    assertThat(home.lines("started")).isEmpty();
  }

  @Test
  void aNodeMayHaveAFileAndAPortOfItsOwn() throws Exception {
    String hosts = HOSTS.replace("ssh-port=2222", "weights-port=2700 config=/secure/gpu1/tls.conf");
    List<String> commands =
        ssh(hosts, "--dry-run", "--config", "all.conf").end().output().lines().toList();
    assertThat(commands.get(1))
        .contains("--config all.conf --weights-port 2700 --config /secure/gpu1/tls.conf");
    assertThat(commands.get(0)).endsWith("--config all.conf'");
  }

  @Test
  void everyFaultOfTheHostsFileIsListedWithItsLine() throws Exception {
    ScriptHome.Ended ended =
        ssh("""
                -oProxyCommand=x  coordinator
                gpu1  # no roles
                gpu1  trainer,tutor
                gpu2  teacher  gpu
                gpu2  data     gpu0
                gpu3  teacher  gpu0 colour=red
                gpu3  teacher  port=70000
                gpu4  teacher  port=many
                gpu5  trainer  port=3000
                gpu5  teacher  port=3000
                gpu6  teacher  weights-port=70001 config=tls.conf
                gpu5  teacher  weights-port=3000
                """)
            .end();
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output())
        .isEqualTo(
            """
            ssh: the hosts file has faults; nothing was started.
              hosts:1: "-oProxyCommand=x" is not a host, such as gpu1.example or me@gpu1.example
              hosts:2: gpu1 has no roles; after the host come its roles with commas, such as trainer,assigner
              hosts:3: "tutor" is no role; there are: coordinator data trainer teacher assigner checkpointer evaluator
              hosts:4: "gpu" is not a device: cpu, gpu0, gpu1, ...
              hosts:5: data has no use for gpu0: only trainer teacher assigner evaluator compute
              hosts:6: what is "colour=red"? After the device come KEY=VALUE of ssh-port, address, port, weights-port, home, run, java, config
              hosts:7: port 70000 is not within 1 and 65535
              hosts:8: a port is a number
              hosts:10: gpu5:3000 is taken already; give each a port of its own
              hosts:11: config= is laid over what --config says; give the run's by that
              hosts:11: port 70001 is not within 1 and 65535
              hosts:12: gpu5:3000 is taken already; give each a port of its own
            """);
  }

  @Test
  void aHostsFileMustMakeARun() throws Exception {
    assertThat(ssh("a trainer\nb coordinator\n").end().output())
        .contains("hosts: no host has the role data or checkpointer; add it to a line");
    assertThat(ssh("localhost coordinator,data,checkpointer\ngpu1 trainer\n").end().output())
        .contains("some addresses are of loopback, which other machines do not reach");
  }

  @Test
  void showsWhatNodesSayUntilTheRunIsOver() throws Exception {
    home.acts("coordinator,data,checkpointer", "for 2 0");
    home.acts("teacher", "exit 71");
    ScriptHome.Ended ended = ssh(HOSTS).end();
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("teacher ended with 71; attempt 1 of 5 in 1 s");
    assertThat(ended.output().lines().filter(l -> l.startsWith("trainer,assigner| keep: ")))
        .hasSize(1);
    assertThat(home.lines("told")).isEmpty();
  }

  @Test
  void nothingIsStartedWhereAMachineCanNot() throws Exception {
    Files.createFile(down.resolve("login.example"));
    ScriptHome.Ended ended = ssh(HOSTS).end();
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output())
        .contains("coordinator,data,checkpointer (login.example): ssh: connect to host")
        .contains("nothing was started");
    Files.delete(down.resolve("login.example"));
    Files.createFile(home.file("broken"));
    assertThat(ssh(HOSTS).end().output()).contains("teacher (me@gpu1.example): no Java here");
    Files.delete(home.file("broken"));
    assertThat(ssh(HOSTS, "--config", "absent.conf").end().output()).contains("absent.conf");
    assertThat(home.lines("started")).isEmpty();
  }

  @Test
  void aConnectionThatBreaksIsMadeAgainAndTheRunGoesOn() throws Exception {
    home.acts("coordinator,data,checkpointer", "stays");
    ScriptHome.Running ssh = ssh(HOSTS);
    awaitStarts(ssh, 3);
    Path unreachable = Files.createFile(down.resolve("me@gpu1.example"));
    cutConnections();
    ssh.awaitOutput("teacher: no connection to me@gpu1.example; its node goes on");
    Files.delete(unreachable);
    ScriptHome.signal(Long.parseLong(home.state("a run", "teacher", "node")), "KILL");
    ssh.awaitOutput("teacher| keep: ").awaitOutput("teacher was killed by SIGKILL; attempt 1");
    assertThat(home.lines("told")).isEmpty();
    ScriptHome.Ended ended = ssh.signal("TERM").end();
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(home.lines("told")).containsExactly("coordinator,data,checkpointer");
    assertThat(home.lines("started")).hasSize(4);
  }

  private void cutConnections() throws Exception {
    for (String line : Files.readAllLines(down.resolve("connections"))) {
      if (line.endsWith("me@gpu1.example")) {
        ProcessHandle.of(Long.parseLong(line.split(" ")[0]))
            .ifPresent(
                connection -> {
                  connection.descendants().forEach(ProcessHandle::destroyForcibly);
                  connection.destroyForcibly();
                });
      }
    }
  }

  @Test
  void theRunOutlivesItsLauncherAndIsTakenUpAgain() throws Exception {
    assumeFalse(ScriptHome.hangupIsIgnored(), "under nohup no script hears of a hangup");
    ScriptHome.Running first = ssh(HOSTS);
    awaitStarts(first, 3);
    first.signal("KILL").end();
    assertThat(ssh(HOSTS, "--status").end().code()).isZero();
    ScriptHome.Running second = ssh(HOSTS);
    awaitStarts(second, 3);
    assertThat(second.signal("HUP").end().code()).isEqualTo(129);
    assertThat(home.lines("started")).hasSize(3);
    ScriptHome.Ended stopped = ssh(HOSTS, "--stop").end();
    assertThat(stopped.code()).as(stopped.output()).isZero();
    assertThat(home.lines("told")).containsExactly("coordinator,data,checkpointer");
    ScriptHome.Ended status = ssh(HOSTS, "--status").end();
    assertThat(status.code()).isEqualTo(3);
    assertThat(status.output().lines())
        .hasSize(3)
        .allMatch(line -> line.contains("example): ended host="));
  }

  /** Then all processes of the launcher are signalled. */
  @Test
  void aTerminalThatClosesEndsNoNode() throws Exception {
    assumeFalse(ScriptHome.hangupIsIgnored(), "under nohup no script hears of a hangup");
    ScriptHome.Running ssh =
        ssh(HOSTS.lines().sorted(Comparator.reverseOrder()).collect(Collectors.joining("\n")));
    awaitStarts(ssh, 3);
    ScriptHome.Ended ended = ssh.signalAll("HUP").end();
    assertThat(ended.code()).as(ended.output()).isEqualTo(129);
    assertThat(ended.output()).contains("letting the run go on").doesNotContain("ended with");
    assertThat(ssh(HOSTS, "--status").end().code()).isZero();
    assertThat(home.lines("told")).isEmpty();
  }

  @Test
  void aNodeWhoseMachineWasStartedAgainIsStartedAgain() throws Exception {
    ScriptHome.Running ssh = ssh(HOSTS);
    awaitStarts(ssh, 3);
    ScriptHome.signal(Long.parseLong(home.state("a run", "teacher", "keeper")), "KILL");
    ssh.awaitOutput("teacher: is down on me@gpu1.example without having ended; starting it again");
    ScriptHome.await("its start", () -> home.lines("started").size() == 4);
    assertThat(ssh.signal("TERM").end().code()).isZero();
  }
}
