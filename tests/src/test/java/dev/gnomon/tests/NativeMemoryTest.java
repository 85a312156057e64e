package dev.gnomon.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeMemoryTest {

  private static final Map<String, String> AS_LAUNCH_GNOMON_SETS =
      Map.of(
          "MALLOC_ARENA_MAX", "2",
          "MALLOC_MMAP_THRESHOLD_", "33554432",
          "MALLOC_TRIM_THRESHOLD_", "2000000000",
          "MALLOC_TOP_PAD_", "134217728");

  @TempDir Path folder;

  @Test
  void fifteenHundredStepsLeaveNothingBehind() throws Exception {
    assumeThat(Path.of("/proc/self/status")).as("resident sizes are read from /proc").exists();
    Path output = folder.resolve("output.txt");
    ProcessBuilder soak =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx256m",
                "-XX:+AlwaysPreTouch",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                Soak.class.getName(),
                folder.resolve("run").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    soak.environment().putAll(AS_LAUNCH_GNOMON_SETS);
    Process process = soak.start();
    assertThat(process.waitFor(30, TimeUnit.MINUTES)).isTrue();
    List<String> lines = Files.readAllLines(output);
    assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
    long[] arrays = numbers(lines, "arrays");
    long[] resident = numbers(lines, "resident");
    System.out.printf(
        "native arrays %d and %d, resident %d and %d MB, 1500 steps apart%n",
        arrays[0], arrays[1], resident[0] >> 20, resident[1] >> 20);
    assertThat(arrays[1]).isEqualTo(arrays[0]);
    assertThat(resident[1]).isCloseTo(resident[0], withPercentage(2));
  }

  private static long[] numbers(List<String> lines, String name) {
    String line = lines.stream().filter(l -> l.startsWith(name + " ")).findFirst().orElseThrow();
    String[] words = line.split(" ");
    return new long[] {Long.parseLong(words[1]), Long.parseLong(words[2])};
  }
}
