package dev.gnomon.tests.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The time of day of processes, to be turned while they run; see {@code src/test/c/clock.c}. */
final class TurnedClock {

  private static final Path SOURCE = Path.of("src", "test", "c", "clock.c");

  private final Path library;
  private final Path offset;

  private TurnedClock(Path library, Path offset) {
    this.library = library;
    this.offset = offset;
  }

  /** A clock that is right, or a skipped test where there is no C compiler. */
  static TurnedClock make(Path folder) throws Exception {
    Path library = folder.resolve("clock.so");
    assumeTrue(compile(library), "clocks are turned by a library in C, which takes a compiler: cc");
    TurnedClock clock = new TurnedClock(library, folder.resolve("clock-offset"));
    clock.turn(Duration.ZERO);
    return clock;
  }

  private static boolean compile(Path library) throws InterruptedException {
    try {
      return new ProcessBuilder(
                  "cc", "-shared", "-fPIC", "-O1", "-o", library.toString(), SOURCE.toString())
              .inheritIO()
              .start()
              .onExit()
              .orTimeout(60, TimeUnit.SECONDS)
              .join()
              .exitValue()
          == 0;
    } catch (IOException absent) {
      return false;
    }
  }

  /** What a process needs in its environment to go by this clock. */
  Map<String, String> environment() {
    return Map.of("LD_PRELOAD", library.toString(), "CLOCK_OFFSET", offset.toString());
  }

  /** From now on the time of day is off by that much. */
  void turn(Duration off) throws IOException {
    ByteBuffer seconds = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    byte[] now = seconds.putLong(off.toSeconds()).array();
    Files.write(offset, now, StandardOpenOption.CREATE, StandardOpenOption.WRITE); // never shorter
  }
}
