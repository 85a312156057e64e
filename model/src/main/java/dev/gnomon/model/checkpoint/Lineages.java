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
  private final Path run;
  private final Path directory;

  public Lineages(Path runDirectory) {
    run = runDirectory;
    directory = runDirectory.resolve("lineages");
  }

  /** Opens the next lineage and makes it durable; no other process gets the same number. */
  public long open() throws IOException {
    return open(0);
  }

  /** As {@link #open()}, with a number over {@code known}, which may come from another run. */
  public long open(long known) throws IOException {
    for (long next = Math.max(current(), known) + 1; ; next++) {
      if (create(next)) {
        return next;
      }
    }
  }

  /**
   * Opens the lineage after {@code own}, which this process has opened.
   *
   * @param known the newest that is known in other folders of the run
   * @throws SupersededException where another process has opened one since
   */
  public long succeed(long own, long known) throws IOException {
    requireCurrent(own);
    if (known > own) {
      throw new SupersededException(run, own, known);
    }
    if (!create(own + 1)) {
      throw new SupersededException(run, own, current());
    }
    return own + 1;
  }

  /**
   * Takes over a number that was opened elsewhere: in this folder too nothing older counts any
   * more.
   *
   * @throws SupersededException where a newer one is known here
   */
  public void adopt(long number) throws IOException {
    if (current() < number) {
      create(number); // or another process of this folder has, in this moment
    }
    requireCurrent(number);
  }

  /** Fails with a {@link SupersededException} where {@code own} is not the newest lineage. */
  public void requireCurrent(long own) throws IOException {
    long current = current();
    if (own != current) {
      throw new SupersededException(run, own, current);
    }
  }

  /** Takes a number; false where it is taken. After a failure it is free again. */
  private boolean create(long number) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve("%06d".formatted(number));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      write(channel);
      WholeFile.syncDirectory(directory);
      WholeFile.syncDirectory(directory.toAbsolutePath().getParent());
    } catch (FileAlreadyExistsException taken) {
      return false;
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    return true;
  }

  private static void write(FileChannel channel) throws IOException {
    String line =
        "opened %s by process %d%n".formatted(Instant.now(), ProcessHandle.current().pid());
    channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    channel.force(true);
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
