package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.checkpoint.CheckpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However an experiment comes by its runs, they are those of one that was never touched. */
class ReproduceTest {

  private static final String TINY =
      """
      gnomon {
        steps = %d, batch-size = 8, precision = fp32, threads = 1, ema-decay = 0.9, seed = 1
        model { width = 32, depth = 2, heads = 4 }
        condition { prototypes = 4, classes = 16 }
        checkpoint { every = %d }
        evaluate { reference = 128, steps = 2 }
        http { enabled = false }
      }
      experiment {
        title = "Tiny", seeds = [1], samples = 128, curve-samples = 64, sweep-samples = 64
        clusters = 4, classifier-steps = 10
      """;

  private static final String EXPERIMENT =
      TINY.formatted(400, 20)
          + """
        modes = [
          { name = none, settings { condition.source = none } }
          {
            name = kmeans, settings { condition.source = kmeans }
            begin { mode = none, at = 0.5 }, codes { mode = none, at = 0.5 }
          }
        ]
        studies = []
      }
      """;

  private static final String STALENESS =
      TINY.formatted(40, 10)
          + """
        modes = [ { name = bootstrap, settings { condition.source = bootstrap } } ]
        studies = [
          { name = staleness, mode = bootstrap, key = max-staleness, values = [1, 3] }
          { name = warmup, mode = bootstrap, key = optimizer.warmup, values = [7] }
        ]
      }
      """;

  @TempDir Path folder;

  @Test
  void killedInARunItGoesOnAndEndsAsTheUntouchedOne() throws Exception {
    try (GnomonProcess killed = reproduce(EXPERIMENT)) {
      killed.await("a checkpoint", () -> newest("none") >= 20);
    }
    assertThat(newest("none")).isBetween(20L, 200L);
    assertThat(folder.resolve("docs/results/tiny")).isEmptyDirectory();
    assertThat(folder.resolve("docs/RESULTS.md")).doesNotExist();
    toldToStopItWritesItsPage();
    try (GnomonProcess killed = reproduce(EXPERIMENT)) {
      killed.await("a checkpoint", () -> newest("kmeans") >= 20);
    }
    assertThat(newest("kmeans")).isBetween(20L, 180L);

    try (GnomonProcess again = reproduce(EXPERIMENT)) {
      assertThat(again.exit()).as(again.told()).isZero();
    }
    assertThat(Files.readString(folder.resolve("out/supervision.log")))
        .containsPattern("event=lineage number=\\d step=\\d+ of=400")
        .containsPattern("event=lineage number=2 step=\\d+0 of=200");
    Path none = run("none");
    isThatOfTheSequentialLoop(none);
    assertThat(newest("kmeans")).isEqualTo(200);
    assertThat(Files.readString(folder.resolve("docs/RESULTS.md")))
        .contains("| kmeans | 200 of none, 200 of its own |", "All 2 jobs are done.");

    try (GnomonProcess third = reproduce(EXPERIMENT)) {
      assertThat(third.exit()).isZero();
      assertThat(third.told()).contains("2 jobs, 2 of them done already");
    }
    String kmeans = TinyRuns.finalDigest(run("kmeans"));
    Files.move(run("kmeans"), folder.resolve("killed"));
    Files.move(folder.resolve("docs"), folder.resolve("docs of the killed"));
    try (GnomonProcess untouched = reproduce(EXPERIMENT)) {
      assertThat(untouched.exit()).as(untouched.told()).isZero();
    }
    assertThat(TinyRuns.finalDigest(run("kmeans"))).isEqualTo(kmeans);

    String others = EXPERIMENT.replace("http {", "data { size = 18 }, http {");
    try (GnomonProcess odd = reproduce(others.replace("heads = 4", "heads = 4, patch = 3"))) {
      assertThat(odd.exit()).isEqualTo(2);
      assertThat(odd.told()).contains("takes images of a size that is a multiple of 4");
    }
    try (GnomonProcess other = reproduce(others.replace("size = 18", "size = 20"))) {
      assertThat(other.exit()).isEqualTo(3);
      assertThat(other.told()).contains("runs there were begun on other images");
    }
  }

  private void toldToStopItWritesItsPage() throws Exception {
    long before = newest("none");
    try (GnomonProcess stopped = reproduce(EXPERIMENT)) {
      stopped.await("another checkpoint", () -> newest("none") >= before + 10);
      stopped.signal("TERM");
      assertThat(stopped.exit()).as(stopped.told()).isZero();
      assertThat(stopped.told()).contains("stopped at step", "Results: ");
    }
    assertThat(folder.resolve("docs/RESULTS.md")).isNotEmptyFile();

    Files.delete(folder.resolve("told.txt"));
    try (GnomonProcess early = reproduce(EXPERIMENT)) { // as the run is being started
      early.await("its plan", () -> early.told().contains("2 jobs, "));
      early.signal("TERM");
      assertThat(early.exit()).as(early.told()).isZero();
      assertThat(early.told()).contains("stopped ", "Results: ").doesNotContain("FAILED");
    }
  }

  @Test
  void aRunOfAnotherStalenessBeginsAtTheBoundaryAndNoOtherDoes() throws Exception {
    try (GnomonProcess process = reproduce(STALENESS)) {
      assertThat(process.exit()).as(process.told()).isZero();
    }
    Path other = run("staleness-3");
    assertThat(steps(other)).containsExactly(10L, 20L, 30L, 40L);
    assertThat(firstStep(other)).isEqualTo(21);
    isThatOfTheSequentialLoop(other);
    assertThat(steps(run("bootstrap"))).containsExactly(10L, 20L, 30L, 40L);
    assertThat(steps(run("warmup-7"))).containsExactly(10L, 20L, 30L, 40L);
    assertThat(firstStep(run("warmup-7"))).isEqualTo(1);

    Path result;
    try (Stream<Path> files = Files.list(folder.resolve("docs/results/tiny"))) {
      result =
          files
              .filter(file -> file.getFileName().toString().startsWith("staleness-3.seed-1.final"))
              .findFirst()
              .orElseThrow();
    }
    assertThat(Files.readString(result))
        .contains("\"weights\" : \"%s\"".formatted(TinyRuns.finalDigest(other)));
  }

  @Test
  void aRunThatBeginsAtAnothersBoundaryHasAWholeCurve() throws Exception {
    try (GnomonProcess process = reproduce(STALENESS, "staleness-3")) {
      assertThat(process.exit()).as(process.told()).isZero();
    }
    try (GnomonProcess process = reproduce(STALENESS, "curve")) {
      assertThat(process.exit()).as(process.told()).isZero();
    }
    assertThat(firstStep(run("bootstrap"))).isEqualTo(21);
    assertThat(scored("bootstrap")).containsExactly(10L, 20L, 30L, 40L);

    Files.move(run("staleness-3").resolve("checkpoints/step-000010"), folder.resolve("gone-1"));
    Files.move(run("bootstrap"), folder.resolve("gone-2"));
    Files.move(folder.resolve("docs"), folder.resolve("gone-3"));
    try (GnomonProcess process = reproduce(STALENESS, "curve")) {
      assertThat(process.exit()).as(process.told()).isZero();
    }
    assertThat(firstStep(run("bootstrap"))).isEqualTo(1);
    assertThat(scored("bootstrap")).containsExactly(10L, 20L, 30L, 40L);
  }

  private void isThatOfTheSequentialLoop(Path run) throws IOException {
    RunSettings settings =
        RunSettings.from(
            Configuration.kept(
                ConfigFactory.parseFile(run.resolve("config.resolved.conf").toFile()), List.of()));
    assertThat(TinyRuns.finalDigest(run))
        .isEqualTo(TinyRuns.oracleDigest(settings, folder.resolve("oracle")));
  }

  private static List<Long> steps(Path run) throws IOException {
    return new CheckpointStore(run).list().stream().map(Checkpoint::step).toList();
  }

  /** The first step that the run itself has made. */
  private static long firstStep(Path run) throws IOException {
    JsonNode first = new ObjectMapper().readTree(run.resolve("metrics.jsonl").toFile());
    return first.get("step").asLong();
  }

  /** Steps at which the mode has been scored on the way. */
  private List<Long> scored(String mode) throws IOException {
    Pattern name = Pattern.compile(mode + "\\.seed-1\\.curve\\.step-(\\d+)-.*");
    try (Stream<Path> files = Files.list(folder.resolve("docs/results/tiny"))) {
      return files
          .map(file -> name.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> Long.valueOf(matcher.group(1)))
          .sorted()
          .toList();
    }
  }

  private GnomonProcess reproduce(String experiment) throws IOException {
    return reproduce(experiment, "final");
  }

  private GnomonProcess reproduce(String experiment, String only) throws IOException {
    Path file = Files.writeString(folder.resolve("tiny.conf"), experiment);
    List<String> arguments =
        List.of(
            "reproduce",
            "--config",
            file.toString(),
            "--out",
            folder.resolve("out").toString(),
            "--docs",
            folder.resolve("docs").toString(),
            "--only",
            only);
    return GnomonProcess.start(folder, folder.resolve("told.txt"), arguments);
  }

  /** Folder of the mode's run; one that is not there where there is none yet. */
  private Path run(String mode) throws IOException {
    Path runs = folder.resolve("out/runs");
    if (!Files.isDirectory(runs)) {
      return runs;
    }
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .filter(run -> run.getFileName().toString().startsWith(mode))
          .findFirst()
          .orElse(runs);
    }
  }

  /** Step of the newest checkpoint of the mode's run. */
  private long newest(String mode) throws IOException {
    Path run = run(mode);
    return !Files.isDirectory(run)
        ? 0
        : new CheckpointStore(run)
            .list().stream().mapToLong(checkpoint -> checkpoint.step()).max().orElse(0);
  }
}
