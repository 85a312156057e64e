package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.model.checkpoint.CheckpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An experiment that is killed in the middle of a run ends as one that was never touched. */
class ReproduceTest {

  private static final String EXPERIMENT =
      """
      gnomon {
        steps = 40, batch-size = 8, precision = fp32, threads = 1, ema-decay = 0.9, seed = 1
        model { width = 32, depth = 2, heads = 4 }
        condition { prototypes = 4, classes = 16 }
        checkpoint { every = 10 }
        evaluate { reference = 128, steps = 2 }
        http { enabled = false }
      }
      experiment {
        title = "Tiny", seeds = [1], samples = 128, curve-samples = 64, sweep-samples = 64, clusters = 4
        modes = [
          { name = none, settings { condition.source = none } }
          { name = bootstrap, settings { condition.source = bootstrap } }
          {
            name = kmeans, settings { condition.source = kmeans }
            begin { mode = none, at = 0.5 }, codes { mode = none, at = 0.5 }
          }
        ]
        studies = []
      }
      """;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void killedAnywhereItGoesOnAndEndsAsTheUntouchedOne() throws Exception {
    try (GnomonProcess untouched = reproduce("untouched", "--only", "final")) {
      assertThat(untouched.exit()).as(untouched.told()).isZero();
    }
    Path runs = folder.resolve("killed/runs");
    try (GnomonProcess inARun = reproduce("killed", "--only", "final")) {
      inARun.await("a checkpoint", () -> newest(runs, "bootstrap") >= 10);
      assertThat(inARun.isAlive()).isTrue();
    }
    long cutAt = newest(runs, "bootstrap");
    assertThat(cutAt).isBetween(10L, 40L);
    assertThat(results("killed").keySet()).contains("none/seed-1/final");
    try (GnomonProcess again = reproduce("killed", "--only", "final")) {
      assertThat(again.exit()).as(again.told()).isZero();
      assertThat(again.told()).contains("3 jobs, 1 of them done already");
    }
    Map<String, JsonNode> untouched = results("untouched");
    assertThat(untouched).containsKeys("none/seed-1/final", "kmeans/seed-1/final");
    assertThat(results("killed")).isEqualTo(untouched);
    assertThat(Files.readString(folder.resolve("killed-docs/RESULTS.md")))
        .contains("| kmeans | 20 of none, 20 of its own |");
  }

  private GnomonProcess reproduce(String name, String... more) throws IOException {
    Path file = Files.writeString(folder.resolve("tiny.conf"), EXPERIMENT);
    List<String> arguments = new ArrayList<>(List.of("reproduce", "--config", file.toString()));
    arguments.addAll(List.of("--out", folder.resolve(name).toString()));
    arguments.addAll(List.of("--docs", folder.resolve(name + "-docs").toString()));
    arguments.addAll(List.of(more));
    return GnomonProcess.start(folder, folder.resolve(name + ".txt"), arguments);
  }

  /** Step of the newest checkpoint of the mode's run. */
  private static long newest(Path runs, String mode) throws IOException {
    if (!Files.isDirectory(runs)) {
      return 0;
    }
    try (Stream<Path> folders = Files.list(runs)) {
      List<Path> of = folders.filter(run -> run.getFileName().toString().startsWith(mode)).toList();
      return of.isEmpty()
          ? 0
          : new CheckpointStore(of.get(0))
              .list().stream().mapToLong(checkpoint -> checkpoint.step()).max().orElse(0);
    }
  }

  /** All that is known of each job, but for the time it took. */
  private Map<String, JsonNode> results(String name) throws IOException {
    Map<String, JsonNode> results = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve(name + "-docs/results/tiny"))) {
      for (Path file : files.toList()) {
        ObjectNode result = (ObjectNode) JSON.readTree(file.toFile());
        ((ObjectNode) result.get("scores")).remove("seconds");
        results.put(result.get("job").asText(), result);
      }
    }
    return results;
  }
}
