package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.model.checkpoint.CheckpointStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code launch/ssh} with a real sshd, which three addresses of loopback lead to, and real nodes.
 * Skipped where there is no sshd.
 */
@Tag("faults")
class SshLauncherTest {

  private static final String[] SETS = {
    "gnomon.publish-every=4", "gnomon.max-staleness=7", "gnomon.steps=600"
  };

  @TempDir private Path folder;
  private RealHome home;
  private Path run;
  private Path said;

  @BeforeEach
  void startDaemon() throws Exception {
    assumeTrue(
        RealHome.has("sshd", "ssh", "ssh-keygen"),
        "sshd is not there (Debian: apt-get install openssh-server)");
    home = new RealHome(folder, SETS);
    run = home.file("runs/one");
    said = folder.resolve("said.txt");
    for (String key : List.of("host", "user")) {
      List<String> keygen =
          List.of(
              "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder.resolve(key).toString());
      assertThat(home.start(said, Map.of(), keygen).waitFor()).isZero();
    }
    int port = freePort();
    Path daemon = folder.resolve("sshd_config");
    Files.writeString(
        daemon,
        """
        ListenAddress 127.0.0.1:%1$d
        ListenAddress 127.0.0.2:%1$d
        ListenAddress 127.0.0.3:%1$d
        HostKey %2$s/host
        AuthorizedKeysFile %2$s/user.pub
        PidFile none
        StrictModes no
        UsePAM no
        MaxStartups 100
        """
            .formatted(port, folder));
    Files.writeString(
        folder.resolve("ssh_config"),
        """
        Host *
          Port %1$d
          User %3$s
          IdentityFile %2$s/user
          IdentitiesOnly yes
          StrictHostKeyChecking no
          UserKnownHostsFile /dev/null
        """
            .formatted(port, folder, System.getProperty("user.name")));
    if (System.getProperty("user.name").equals("root")) {
      Files.createDirectories(Path.of("/run/sshd")); // which a packaged sshd wants
    }
    String sshd = Files.isExecutable(Path.of("/usr/sbin/sshd")) ? "/usr/sbin/sshd" : "sshd";
    home.start(
        folder.resolve("sshd.txt"), Map.of(), List.of(sshd, "-D", "-e", "-f", daemon.toString()));
    RealHome.await(
        "sshd",
        () -> Files.readString(folder.resolve("sshd.txt")).contains("listening on 127.0.0.3"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  @AfterEach
  void end() throws Exception {
    if (home != null) {
      home.close();
    }
  }

  private Process ssh(String... more) throws IOException {
    int port = freePort();
    if (!Files.exists(home.file("hosts"))) {
      Files.writeString(
          home.file("hosts"),
          """
          127.0.0.1  coordinator,data,checkpointer  port=%1$d
          127.0.0.2  trainer,assigner               port=%1$d
          127.0.0.3  teacher,evaluator              port=%1$d
          """
              .formatted(port));
    }
    List<String> command = new ArrayList<>(List.of("launch/ssh", "--hosts", "hosts"));
    command.addAll(List.of("--ssh-config", folder.resolve("ssh_config").toString()));
    command.addAll(List.of("--run", "runs/one", "--config", "tiny.conf"));
    command.addAll(List.of(more));
    return home.start(said, Map.of(), command);
  }

  private String oracle() throws IOException {
    return TinyRuns.oracleDigest(TinyRuns.settings(SETS), folder.resolve("oracle"));
  }

  @Test
  void aRunWhoseConnectionsBreakAndWhoseTeacherIsKilledEndsWithTheSameWeights() throws Exception {
    Process ssh = ssh();
    RealHome.awaitStep(run, 100);
    ssh.descendants()
        .filter(p -> p.info().command().orElse("").endsWith("/ssh"))
        .forEach(ProcessHandle::destroyForcibly);
    RealHome.awaitStep(run, 200);
    RealHome.signal(RealHome.state(run, "teacher,evaluator", "node"), "KILL");
    assertThat(RealHome.exit(ssh, said)).as(Files.readString(said)).isZero();
    assertThat(Files.readString(said))
        .contains("no connection to 127.0.0.2; its node goes on")
        .contains("teacher,evaluator was killed by SIGKILL; attempt 1 of 5");
    assertThat(TinyRuns.finalDigest(run)).isEqualTo(oracle());
  }

  @Test
  void aRunOutlivesItsLauncherStopsWhenToldAndGoesOn() throws Exception {
    Process first = ssh();
    RealHome.awaitStep(run, 100);
    first.destroyForcibly().waitFor();
    RealHome.awaitStep(run, 200);
    assertThat(RealHome.exit(ssh("--stop"), said)).as(Files.readString(said)).isZero();
    long stopped = new CheckpointStore(run).newest().checkpoint().orElseThrow().step();
    assertThat(stopped).isBetween(200L, 599L);
    assertThat(RealHome.exit(ssh(), said)).as(Files.readString(said)).isZero();
    assertThat(TinyRuns.finalDigest(run)).isEqualTo(oracle());
  }
}
