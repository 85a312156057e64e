package dev.gnomon.tests.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Which cores the threads of this process may use; by Linux's taskset. */
final class Cores {

  private static final Path THREADS = Path.of("/proc/self/task");

  private Cores() {}

  /** Lets every thread there is, and those that they start, use {@code cores} alone. */
  static void pinAll(String cores) throws IOException, InterruptedException {
    taskset("-a", "-p", "-c", cores, String.valueOf(ProcessHandle.current().pid()));
  }

  /**
   * Lets the threads of that name use {@code cores} alone.
   *
   * @return how many there are
   */
  static int pin(String name, String cores) throws IOException, InterruptedException {
    int pinned = 0;
    for (Path thread : threads()) {
      if (name(thread).equals(name.substring(0, Math.min(15, name.length())))) { // the kernel's
        taskset("-p", "-c", cores, thread.getFileName().toString());
        pinned++;
      }
    }
    return pinned;
  }

  private static List<Path> threads() throws IOException {
    try (Stream<Path> threads = Files.list(THREADS)) {
      return threads.toList();
    }
  }

  private static String name(Path thread) throws IOException {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (NoSuchFileException ended) {
      return "";
    }
  }

  private static void taskset(String... arguments) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Stream.concat(Stream.of("taskset"), Stream.of(arguments)).toList())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("taskset failed: " + said.strip());
    }
  }
}
