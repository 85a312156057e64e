package dev.gnomon.model.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writing a file so that, whenever the machine stops, either all of it is there or none of it: a
 * temporary name beside it, fsync, rename, fsync of the directory.
 */
public final class WholeFile {

  /** What goes into the file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  private WholeFile() {}

  /** Writes {@code file}, replacing what was there; after a failure the old file is untouched. */
  public static void write(Path file, Content content) throws IOException {
    Path beside = file.toAbsolutePath();
    String name = ".%s.%s.partial".formatted(file.getFileName(), UUID.randomUUID());
    put(Files.createFile(beside.resolveSibling(name)), beside, content);
  }

  /** As {@link #write}, of bytes that are there. */
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, channel -> channel.write(ByteBuffer.wrap(bytes)));
  }

  /**
   * Makes a folder where there is none, and finds out whether files can be written there: before
   * long work whose result is to lie there.
   */
  public static void requireWritable(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
      Path tried = folder.resolve(".%s.partial".formatted(UUID.randomUUID()));
      try {
        Files.write(tried, new byte[1]);
      } finally {
        Files.deleteIfExists(tried);
      }
    } catch (IOException e) {
      throw new IOException("%s: files can not be written there (%s)".formatted(folder, e), e);
    }
  }

  /** What went wrong with {@code file}, with its name: a full disk's exception has none. */
  public static IOException named(Path file, IOException failure) {
    return failure instanceof FileSystemException
        ? failure
        : new IOException(
            "%s: can not be written: %s".formatted(file, failure.getMessage()), failure);
  }

  /** As {@link #write}, of a file that its owner alone may read. */
  public static void writeSecret(Path file, Content content) throws IOException {
    Path beside = file.toAbsolutePath();
    String prefix = ".%s.".formatted(file.getFileName());
    put(Files.createTempFile(beside.getParent(), prefix, ".partial"), beside, content); // mode 600
  }

  private static void put(Path temporary, Path file, Content content) throws IOException {
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        content.writeTo(new WholeWrites(channel));
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw named(file, e);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncDirectory(file.getParent());
  }

  /** A channel that takes all it is given: one of files may take a part, as a disk becomes full. */
  private record WholeWrites(FileChannel file) implements WritableByteChannel {

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      int given = bytes.remaining();
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      return given;
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** Makes the names in {@code directory} durable. */
  public static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
