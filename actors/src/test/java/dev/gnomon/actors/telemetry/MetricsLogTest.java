package dev.gnomon.actors.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {

  private static final Optional<String> TRAINED = Optional.empty();

  @TempDir Path run;

  @Test
  void writesALineForEachStepAndScore() throws IOException {
    try (MetricsLog log = MetricsLog.open(run)) {
      log.step(1, 1, Map.of("loss", 0.5), TRAINED);
      log.scored(1, 1, Map.of("fd", 12.25));
      log.step(2, 1, Map.of(), Optional.of("the loss is \"NaN\""));
    }
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl")))
        .containsExactly(
            "{\"step\":1,\"lineage\":1,\"loss\":0.5}",
            "{\"step\":1,\"lineage\":1,\"event\":\"scored\",\"fd\":12.25}",
            "{\"step\":2,\"lineage\":1,\"skipped\":\"the loss is \\\"NaN\\\"\"}");
  }

  @Test
  void leavesOutWhatIsNotANumber() throws IOException {
    try (MetricsLog log = MetricsLog.open(run)) {
      log.step(1, 1, Map.of("nmi", Double.NaN), TRAINED);
    }
    assertThat(run.resolve("metrics.jsonl")).hasContent("{\"step\":1,\"lineage\":1}");
  }

  @Test
  void aRollbackTakesBackTheStepsThatWillBeDoneAgainAndALineCutShort() throws IOException {
    try (MetricsLog log = MetricsLog.open(run)) {
      log.step(1, 1, Map.of("loss", 0.5), TRAINED);
      log.scored(1, 1, Map.of("fd", 3.0));
      log.step(2, 1, Map.of("loss", 0.4), TRAINED);
    }
    Files.writeString(run.resolve("metrics.jsonl"), "{\"step\":1,\"lo", StandardOpenOption.APPEND);
    try (MetricsLog log = MetricsLog.open(run)) {
      assertThat(log.rewind(1)).isEqualTo(Map.of(1L, Map.of("fd", 3.0)));
      log.step(2, 2, Map.of("loss", 0.3), TRAINED);
    }
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl")))
        .containsExactly(
            "{\"step\":1,\"lineage\":1,\"loss\":0.5}",
            "{\"step\":1,\"lineage\":1,\"event\":\"scored\",\"fd\":3.0}",
            "{\"step\":2,\"lineage\":2,\"loss\":0.3}");
  }
}
