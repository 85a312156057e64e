package dev.gnomon.launch.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code launch/slurm}, with stand-ins for Slurm's commands. */
@Execution(ExecutionMode.CONCURRENT)
class SlurmTest {

  private static final String GROUPS = "coordinator,data,checkpointer trainer@gpu teacher@gpu";

  @TempDir private Path folder;
  private ScriptHome home;

  @BeforeEach
  void install() throws Exception {
    home =
        new ScriptHome(folder)
            .with("scontrol", "srun", "squeue", "scancel")
            .with(
                Map.of(
                    "SLURM_JOB_ID", "7",
                    "SLURM_JOB_NODELIST", "n[1-2]",
                    "SLURM_TASKS_PER_NODE", "2(x2)",
                    "STEPS", folder.resolve("a home").toString()));
  }

  @AfterEach
  void end() throws Exception {
    home.close();
  }

  private ScriptHome.Running job(String groups) throws Exception {
    return home.start(
        "slurm/job", home.path().toString(), "--run", "a run", "--groups", groups, "--set", "a=b");
  }

  @Test
  void aDryRunPrintsWhatIsSubmitted() throws Exception {
    ScriptHome.Ended ended =
        home.run(
            "slurm/submit",
            "--run",
            "a run",
            "--groups",
            GROUPS,
            "--config",
            "x.conf",
            "--dry-run",
            "--",
            "--time",
            "8:00:00");
    String at = home.path().toRealPath().toString();
    assertThat(ended)
        .isEqualTo(
            new ScriptHome.Ended(
                0,
                "sbatch --job-name=gnomon --ntasks=3 --requeue --signal=B:USR1@180 --open-mode=append '--output="
                    + at
                    + "/a run/nodes/slurm-%j.log' --gpus=2 --time 8:00:00 '"
                    + at
                    + "/launch/slurm/job' '"
                    + at
                    + "' --run '"
                    + at
                    + "/a run' --groups 'coordinator,data,checkpointer trainer@gpu teacher@gpu'"
                    + " --config x.conf\n"));
  }

  @Test
  void groupsThatAreWrongAreBadUsage() throws Exception {
    assertThat(home.run("slurm/submit", "--run", "r", "--groups", "trainer@gpu0").output())
        .contains("\"gpu0\" is not a device; @gpu gives the group one");
    assertThat(home.run("slurm/submit", "--run", "r", "--groups", "trainer").output())
        .contains("no step has the role coordinator or data or checkpointer");
  }

  @Test
  void eachGroupGetsAStepWhereThereAreATaskAndAGpuForIt() throws Exception {
    home.acts("coordinator,data,checkpointer", "for 1 0");
    ScriptHome.Ended ended = job(GROUPS + " teacher@gpu").end();
    assertThat(ended.code()).as(ended.output()).isZero();
    String seeds = " --seed-nodes n1:2551,n1:2552,10.0.0.2:2553,10.0.0.2:2554 ";
    assertThat(home.lines("started"))
        .containsExactlyInAnyOrder(
            "coordinator,data,checkpointer on n1 with 0",
            "trainer on n1 with 1",
            "teacher on n2 with 1",
            "teacher-2 on n2 with 1",
            "node --run a run --roles coordinator,data,checkpointer --host n1 --port 2551"
                + seeds
                + "--set a=b",
            "node --run a run --roles trainer --host n1 --port 2552"
                + seeds
                + "--set gnomon.roles.trainer.device=gpu0 --set a=b",
            "node --run a run --roles teacher --host 10.0.0.2 --port 2553"
                + seeds
                + "--set gnomon.roles.teacher.device=gpu0 --set a=b",
            "node --run a run --roles teacher --host 10.0.0.2 --port 2554"
                + seeds
                + "--set gnomon.roles.teacher.device=gpu0 --set a=b");
  }

  @Test
  void anAllocationThatIsTooSmallIsRefused() throws Exception {
    ScriptHome.Ended ended = job(GROUPS + " teacher@gpu evaluator@gpu").end();
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output()).contains("no task with a GPU left for evaluator");
    assertThat(home.lines("started")).isEmpty();
  }

  @Test
  void beforeItsTimeIsUpTheRunEndsAndTheJobIsQueuedAgain() throws Exception {
    ScriptHome.Running job = job(GROUPS);
    ScriptHome.await("starts", () -> home.lines("started").size() == 6);
    Files.createDirectories(home.file("a run/checkpoints/step-000040"));
    job.signal("USR1").awaitOutput("the time is up; queued again");
    ScriptHome.await("a requeue", () -> home.lines("requeued").equals(List.of("requeued 7")));
    assertThat(home.lines("told")).containsExactly("coordinator,data,checkpointer");
  }

  @Test
  void aJobThatHasNoTimeForACheckpointIsNotQueuedAgain() throws Exception {
    ScriptHome.Running job = job(GROUPS);
    ScriptHome.await("starts", () -> home.lines("started").size() == 6);
    ScriptHome.Ended ended = job.signal("USR1").end();
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output()).contains("the time was up before a first checkpoint");
    assertThat(home.lines("requeued")).isEmpty();
  }
}
