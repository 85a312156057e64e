package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.launch.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real program in processes of its own, killed without warning and started again. */
class KillAndResumeTest {

  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path folder;

  @Test
  void aRunKilledAtRandomStepsEndsAsTheUntouchedOne() throws Exception {
    String untouched = TinyRuns.oracleDigest(TinyRuns.settings(), folder.resolve("oracle"));
    long seed = Long.getLong("gnomon.test.seed", System.nanoTime());
    System.out.println("KillAndResumeTest: -Dgnomon.test.seed=" + seed);
    Random random = new Random(seed);
    Path run = folder.resolve("run");
    for (int kill = 0; kill < 3; kill++) {
      Process process = train(run);
      long step = 5 + kill * 18 + random.nextInt(18);
      awaitStep(process, run, step);
      process.destroyForcibly();
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    Process last = train(run);
    assertThat(last.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(last.exitValue()).as(log(run)).isZero();
    assertThat(TinyRuns.finalDigest(run)).isEqualTo(untouched);
  }

  private Process train(Path run) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-Dai.djl.offline=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("train", "--run", run.toString(), "--resume", "auto"));
    for (String set : TinyRuns.sets()) {
      command.addAll(List.of("--set", set));
    }
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("output.txt").toFile()))
        .start();
  }

  /** Waits until the run has trained that step, or is over. */
  private static void awaitStep(Process process, Path run, long step) throws Exception {
    Path metrics = run.resolve("metrics.jsonl");
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (process.isAlive() && lastStep(metrics) < step) {
      assertThat(System.nanoTime()).as("waiting for step " + step).isLessThan(until);
      process.waitFor(5, TimeUnit.MILLISECONDS);
    }
  }

  private static long lastStep(Path metrics) throws IOException {
    if (!Files.exists(metrics)) {
      return -1;
    }
    try (Stream<String> lines = Files.lines(metrics)) {
      return lines
          .filter(line -> line.startsWith("{\"step\":") && line.contains("\"loss\""))
          .mapToLong(line -> Long.parseLong(line.replaceFirst("\\D*(\\d+).*", "$1")))
          .max()
          .orElse(-1);
    }
  }

  private String log(Path run) throws IOException {
    Path output = folder.resolve("output.txt");
    Path log = run.resolve("gnomon.log");
    return Files.readString(output) + (Files.exists(log) ? Files.readString(log) : "");
  }
}
