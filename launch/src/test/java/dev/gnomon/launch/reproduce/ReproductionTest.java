package dev.gnomon.launch.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done, what is done again, and what a failure costs. */
class ReproductionTest {

  @TempDir Path folder;
  private final FakeWork work = new FakeWork();
  private final StringWriter said = new StringWriter();
  private long seconds;
  private ResultFolder results;
  private List<Job> jobs;

  private int toldAfter = -1; // jobs

  /** Work that is done at once; runs and codes can be lost. */
  private static final class FakeWork implements JobWork {
    final List<String> done = new ArrayList<>();
    final Set<String> left = new HashSet<>();
    final Set<String> broken = new HashSet<>();
    String stopsAt = "";
    Runnable whenBroken = () -> {};
    Path breaksFolder; // puts a file in its place

    @Override
    public boolean hasLeft(Job job) {
      return left.contains(job.name());
    }

    @Override
    public Outcome perform(Job job, Going going) throws Exception {
      for (Job need : job.needs()) {
        assertThat(left).as(job.name()).contains(need.name());
      }
      if (job.name().equals(stopsAt)) {
        throw new StoppedException(job.name() + " stopped");
      }
      if (broken.contains(job.name())) {
        whenBroken.run();
        throw new IOException("device on fire");
      }
      if (breaksFolder != null) {
        Files.delete(breaksFolder);
        Files.createFile(breaksFolder);
      }
      going.at("half", OptionalDouble.of(0.5));
      done.add(job.name());
      left.add(job.name());
      return new Outcome(Map.of("fd", 0.5), Map.of(WEIGHTS, "w" + done.size()));
    }
  }

  @BeforeEach
  void plan() throws IOException {
    results = new ResultFolder(folder.resolve("results"));
    jobs = TinyExperiment.plan(folder).jobs();
  }

  private Map<String, String> run(List<Job> wanted) throws Exception {
    ReproductionLines lines =
        new ReproductionLines(
            new PrintWriter(said), Duration.ofSeconds(1), () -> (seconds += 10) * 1_000_000_000L);
    return new Reproduction(results, work, lines, "c0ffee", () -> work.done.size() == toldAfter)
        .run(wanted);
  }

  @Test
  void everyJobIsDoneOnceAndNoneAgain() throws Exception {
    assertThat(run(jobs)).isEmpty();
    assertThat(work.done).containsExactlyElementsOf(jobs.stream().map(Job::name).toList());
    work.done.clear();
    assertThat(run(jobs)).isEmpty();
    assertThat(work.done).isEmpty();
    assertThat(said.toString())
        .contains("%d jobs, %d of them done already".formatted(jobs.size(), jobs.size()));
  }

  @Test
  void runsThatAreLostAreTrainedAgainOnlyWhereTheyAreNeeded() throws Exception {
    List<Job> none = jobs.stream().filter(job -> job.isOf(List.of("none"))).toList();
    run(none);
    work.left.clear();
    work.done.clear();
    run(jobs.stream().filter(job -> job.isOf(List.of("none", "kmeans", "bootstrap"))).toList());
    assertThat(work.done).contains("none/seed-1/train", "kmeans/seed-1/codes");
    assertThat(work.done)
        .filteredOn(job -> job.startsWith("none/"))
        .containsExactly("none/seed-1/train", "none/seed-2/train");
  }

  @Test
  void whatAJobNeedsIsMadeThoughNobodyAskedForIt() throws Exception {
    run(jobs.stream().filter(job -> job.name().equals("kmeans/seed-2/final")).toList());
    assertThat(work.done)
        .containsExactly(
            "none/seed-2/train",
            "kmeans/seed-2/codes",
            "kmeans/seed-2/train",
            "kmeans/seed-2/final");
  }

  @Test
  void aFailureCostsWhatNeedsItAndNothingElse() throws Exception {
    work.broken.add("none/seed-1/train");
    Map<String, String> failed = run(jobs);
    assertThat(failed)
        .containsEntry("none/seed-1/train", "device on fire")
        .containsEntry("none/seed-1/final", "it needs none/seed-1/train, which failed")
        .containsKeys("kmeans/seed-1/codes", "kmeans/seed-1/train", "kmeans/seed-1/final")
        .doesNotContainKey("bootstrap/seed-1/train");
    assertThat(work.done).contains("bootstrap/seed-1/final", "kmeans/seed-2/final");
    assertThat(said.toString()).contains("none/seed-1/train: FAILED: device on fire");
    work.broken.clear();
    assertThat(run(jobs)).isEmpty();
    assertThat(results.of(jobs.get(0))).isPresent();
  }

  @Test
  void whereResultsCanNotBeKeptNothingIsBegun() throws Exception {
    Files.createFile(folder.resolve("results"));
    assertThatThrownBy(() -> run(jobs))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("results: files can not be written there");
    assertThat(work.done).isEmpty();
  }

  @Test
  void aResultThatCanNotBeKeptEndsIt() throws Exception {
    work.breaksFolder = folder.resolve("results");
    assertThatThrownBy(() -> run(jobs))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("what came out of none/seed-1/train can not be kept: ")
        .hasMessageContaining("the same command goes on");
    assertThat(work.done).hasSize(1);
    Files.delete(folder.resolve("results"));
    work.breaksFolder = null;
    assertThat(run(jobs)).isEmpty();
  }

  @Test
  void toldToStopBetweenJobsItBeginsNoOther() throws Exception {
    toldAfter = 3;
    assertThatThrownBy(() -> run(jobs))
        .isInstanceOf(StoppedException.class)
        .hasMessage("stopped before " + jobs.get(3).name());
    assertThat(work.done).hasSize(3);
    assertThat(results.of(jobs.get(2))).isPresent();
  }

  @Test
  void whatFailsOnceItWasToldToStopHasStopped() {
    work.broken.add("none/seed-1/train");
    work.whenBroken = () -> toldAfter = 0;
    assertThatThrownBy(() -> run(jobs))
        .isInstanceOf(StoppedException.class)
        .hasMessage("none/seed-1/train stopped as it began");
    assertThat(said.toString()).doesNotContain("FAILED");
  }

  @Test
  void whereItStoppedItGoesOn() throws Exception {
    work.stopsAt = "bootstrap/seed-1/train";
    assertThatThrownBy(() -> run(jobs)).isInstanceOf(StoppedException.class);
    int before = work.done.size();
    assertThat(work.done).startsWith("none/seed-1/train").doesNotContain(work.stopsAt);
    work.stopsAt = "";
    run(jobs);
    assertThat(work.done.get(before)).isEqualTo("bootstrap/seed-1/train");
    assertThat(work.done).hasSize(jobs.size()).doesNotHaveDuplicates();
  }

  @Test
  void aLineSaysHowManyJobsAreDoneWhereItIsAndHowLongItTakes() throws Exception {
    run(jobs);
    assertThat(said.toString())
        .contains("[0/%d] none/seed-1/train".formatted(jobs.size()))
        .containsPattern("\\[1/\\d+] none/seed-1/curve/step-4  half  about \\d+.* left")
        .containsPattern("\\[1/\\d+] none/seed-1/train: done  fd 0.5000  about .* left")
        .contains("[%d/%d]".formatted(jobs.size(), jobs.size()));
  }
}
