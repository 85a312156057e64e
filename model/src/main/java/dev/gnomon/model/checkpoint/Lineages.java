package dev.gnomon.model.checkpoint;

import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * The numbers of a run's lineages, 1, 2, ...: each rollback and each take-over opens the next.
 *
 * <p>A number is a file in the run's {@code lineages} directory that only one process can create,
 * so that a process which was frozen finds that it has a successor.
 */
public final class Lineages {
  private final Path directory;

  public Lineages(Path runDirectory) {
    directory = runDirectory.resolve("lineages");
  }

  /** Opens the next lineage and makes it durable; no other process gets the same number. */
  public long open() throws IOException {
    Files.createDirectories(directory);
    String line =
        "opened %s by process %d%n".formatted(Instant.now(), ProcessHandle.current().pid());
    for (long next = current() + 1; ; next++) {
      Path file = directory.resolve("%06d".formatted(next));
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      } catch (FileAlreadyExistsException e) {
        continue;
      }
      WholeFile.syncDirectory(directory);
      WholeFile.syncDirectory(directory.toAbsolutePath().getParent());
      return next;
    }
  }

  /** The newest lineage; 0 before the first is opened. */
  public long current() throws IOException {
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("\\d{6,18}"))
          .mapToLong(Long::parseLong)
          .max()
          .orElse(0);
    }
  }
}
