package dev.gnomon.model.checkpoint;

import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Each way in which the store changes the disk, so that any of them can be the last. */
interface Disk {
  Disk LOCAL = new Local();

  void makeDirectories(Path directory) throws IOException;

  /** An empty file to write; once the channel is closed, its bytes are on the medium. */
  WritableByteChannel create(Path file) throws IOException;

  void rename(Path from, Path to) throws IOException;

  /** Makes the names in {@code directory} durable. */
  void sync(Path directory) throws IOException;

  /** Removes a file or an empty directory. */
  void delete(Path path) throws IOException;

  /** The file system as it is. */
  final class Local implements Disk {
    @Override
    public void makeDirectories(Path directory) throws IOException {
      Files.createDirectories(directory);
    }

    @Override
    public WritableByteChannel create(Path file) throws IOException {
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      return new SyncedChannel(channel);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void sync(Path directory) throws IOException {
      WholeFile.syncDirectory(directory);
    }

    @Override
    public void delete(Path path) throws IOException {
      Files.deleteIfExists(path);
    }
  }

  /** Forces what was written to the medium before it closes. */
  record SyncedChannel(FileChannel channel) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) throws IOException {
      return channel.write(bytes);
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
      try (channel) {
        channel.force(true);
      }
    }
  }
}
