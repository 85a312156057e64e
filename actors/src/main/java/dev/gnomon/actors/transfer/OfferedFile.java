package dev.gnomon.actors.transfer;

import dev.gnomon.model.checkpoint.ChunkIndex;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that others may fetch. Its checksums are worked out when the first of them comes. */
final class OfferedFile {

  private final Path path;
  private ChunkIndex index; // null until someone comes

  OfferedFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  private synchronized ChunkIndex index(FileChannel channel) throws IOException {
    if (index == null) {
      index = ChunkIndex.of(channel);
    }
    return index;
  }

  /** The file, which stays readable until this is closed, even if it is removed. */
  Served open() throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    return new Served() {

      @Override
      public ChunkIndex index() throws IOException {
        return OfferedFile.this.index(channel);
      }

      @Override
      public byte[] head() {
        return new byte[0];
      }

      @Override
      public int read(int chunk, byte[] into) throws IOException {
        int count = index().bytes(chunk);
        ByteBuffer bytes = ByteBuffer.wrap(into, 0, count);
        while (bytes.hasRemaining()) {
          if (channel.read(bytes, ChunkIndex.from(chunk) + bytes.position()) < 0) {
            throw new EOFException(path + " ends early");
          }
        }
        return count;
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }
}
