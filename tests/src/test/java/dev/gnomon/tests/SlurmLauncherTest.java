package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.model.checkpoint.CheckpointStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code launch/slurm} with real daemons of Slurm, two nodes on this machine, and real nodes of a
 * run. Skipped where Slurm and munge are not there, or the user is not root, as whom its daemons
 * start jobs.
 */
@Tag("faults")
class SlurmLauncherTest {

  private static final String[] SETS = {
    "gnomon.publish-every=4", "gnomon.max-staleness=7", "gnomon.steps=600"
  };

  @TempDir private Path folder;
  private RealHome home;
  private Path run;
  private Path said;
  private Map<String, String> environment;

  @BeforeEach
  void startDaemons() throws Exception {
    assumeTrue(
        RealHome.has("munged", "slurmctld", "slurmd", "sbatch"),
        "Slurm is not there (Debian: apt-get install slurm-wlm munge)");
    assumeTrue(System.getProperty("user.name").equals("root"), "Slurm's daemons need root");
    home = new RealHome(folder, SETS);
    run = home.file("run");
    said = folder.resolve("said.txt");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(folder.resolve("state"));
    Path key = Files.write(folder.resolve("munge.key"), new byte[64]);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Path configuration = folder.resolve("slurm.conf");
    Files.writeString(configuration, configuration());
    Files.writeString(folder.resolve("gres.conf"), "NodeName=n[1-2] Name=gpu File=/dev/tty[1-2]\n");
    environment = Map.of("SLURM_CONF", configuration.toString());
    daemon(
        "munged",
        "--foreground",
        "--force",
        "--socket=" + folder.resolve("munge.sock"),
        "--key-file=" + key,
        "--pid-file=" + folder.resolve("munged.pid"),
        "--log-file=" + folder.resolve("munged.log"),
        "--seed-file=" + folder.resolve("munge.seed"));
    RealHome.await("munged", () -> Files.exists(folder.resolve("munge.sock")));
    daemon("slurmctld", "-D", "-c", "-i");
    daemon("slurmd", "-D", "-N", "n1");
    daemon("slurmd", "-D", "-N", "n2");
    RealHome.await("Slurm", () -> ask("sinfo", "-h", "-o", "%D %t").equals("2 idle"));
  }

  private void daemon(String name, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("/usr/sbin/" + name));
    command.addAll(List.of(options));
    home.start(folder.resolve(name + ".txt"), environment, command);
  }

  private String configuration() throws IOException {
    return """
        ClusterName=test
        SlurmctldHost=%2$s(127.0.0.1)
        SlurmUser=root
        SlurmdUser=root
        SlurmctldPort=%3$d
        AuthType=auth/munge
        AuthInfo=socket=%1$s/munge.sock
        CredType=cred/munge
        ProctrackType=proctrack/linuxproc
        TaskPlugin=task/none
        MpiDefault=none
        StateSaveLocation=%1$s/state
        SlurmdSpoolDir=%1$s/spool-%%n
        SlurmctldPidFile=%1$s/slurmctld.pid
        SlurmdPidFile=%1$s/slurmd-%%n.pid
        SlurmctldLogFile=%1$s/slurmctld.log
        SlurmdLogFile=%1$s/slurmd-%%n.log
        ReturnToService=2
        SelectType=select/cons_tres
        SelectTypeParameters=CR_Core
        SlurmdParameters=config_overrides
        GresTypes=gpu
        NodeName=n1 NodeHostname=n1 NodeAddr=127.0.0.1 Port=%4$d CPUs=4 Gres=gpu:2
        NodeName=n2 NodeHostname=n2 NodeAddr=127.0.0.2 Port=%5$d CPUs=4 Gres=gpu:2
        PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
        """
        .formatted(
            folder, InetAddress.getLocalHost().getHostName(), freePort(), freePort(), freePort());
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  @AfterEach
  void end() throws Exception {
    if (home != null) {
      ask("scancel", "--full", "--signal=KILL", "--user=root");
      ask("scancel", "--user=root");
      home.close();
    }
  }

  /** What a command of Slurm's says. */
  private String ask(String... command) throws Exception {
    Path answer = Files.createTempFile(folder, "answer", ".txt");
    home.start(answer, environment, List.of(command)).waitFor();
    return Files.readString(answer).strip();
  }

  private void submit(String... sbatch) throws Exception {
    List<String> command = new ArrayList<>(List.of("launch/slurm/submit", "--run", run.toString()));
    command.addAll(
        List.of(
            "--groups",
            "coordinator,data,checkpointer trainer,assigner@gpu teacher,evaluator@gpu"));
    command.addAll(
        List.of(
            "--port", Integer.toString(freePort()), "--config", home.file("tiny.conf").toString()));
    for (String role : List.of("trainer", "assigner", "teacher", "evaluator")) {
      command.addAll(List.of("--set", "gnomon.roles." + role + ".device=cpu")); // there is none
    }
    command.addAll(List.of("--", "--nodes=2"));
    command.addAll(List.of(sbatch));
    Process submitted = home.start(said, environment, command);
    assertThat(RealHome.exit(submitted, said)).as(Files.readString(said)).isZero();
  }

  private String logs() throws Exception {
    return ask("sh", "-c", "tail -n 20 " + run + "/nodes/*.log");
  }

  /** Begins the job again at once, which Slurm else holds back for a while. */
  private void release() throws Exception {
    RealHome.await("the queue", () -> ask("squeue", "-h", "-o", "%T").equals("PENDING"));
    ask(
        "scontrol",
        "update",
        "jobid=" + ask("squeue", "-h", "-o", "%i"),
        "starttime=now",
        "timelimit=30");
  }

  private void awaitEnd() throws Exception {
    RealHome.await("the end of the job", () -> ask("squeue", "-h").isEmpty());
    assertThat(TinyRuns.finalDigest(run))
        .as(logs())
        .isEqualTo(TinyRuns.oracleDigest(TinyRuns.settings(SETS), folder.resolve("oracle")));
  }

  @Test
  void aJobThatIsRequeuedGoesOnAndEndsWithTheSameWeights() throws Exception {
    submit();
    RealHome.awaitStep(run, 100);
    ask("scontrol", "requeue", ask("squeue", "-h", "-o", "%i"));
    RealHome.await("the queue", () -> ask("squeue", "-h", "-o", "%T").equals("PENDING"));
    long stopped = new CheckpointStore(run).newest().checkpoint().orElseThrow().step();
    assertThat(stopped).as(logs()).isBetween(16L, 599L);
    release();
    awaitEnd();
    assertThat(logs()).contains("started 1 times before");
  }

  /** Slurm's signal before the time limit, sent by hand. */
  @Test
  void aJobWhoseTimeIsUpIsQueuedAgainAfterALastCheckpoint() throws Exception {
    submit();
    RealHome.awaitStep(run, 100);
    ask("scancel", "--batch", "--signal=USR1", ask("squeue", "-h", "-o", "%i"));
    release();
    assertThat(logs()).contains("the time is up; queued again");
    long stopped = new CheckpointStore(run).newest().checkpoint().orElseThrow().step();
    assertThat(stopped).isBetween(100L, 599L);
    awaitEnd();
  }
}
