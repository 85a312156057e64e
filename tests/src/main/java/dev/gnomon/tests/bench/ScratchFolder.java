package dev.gnomon.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that goes, with all in it, when it is closed. */
record ScratchFolder(Path path) implements AutoCloseable {

  ScratchFolder() throws IOException {
    this(Files.createTempDirectory("gnomon-bench"));
  }

  /** One in {@code parent}. */
  static ScratchFolder in(Path parent) throws IOException {
    return new ScratchFolder(Files.createTempDirectory(parent, "gnomon-bench"));
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
