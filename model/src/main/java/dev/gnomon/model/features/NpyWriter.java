package dev.gnomon.model.features;

import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes an array of known shape as .npy, some of it at a time. The file is there once all of it
 * is, and not before: until then it has another name, which a later attempt writes over.
 */
final class NpyWriter implements AutoCloseable {

  private final Path file;
  private final Path partial;
  private final NpyHeader header;
  private final FileChannel channel;
  private ByteBuffer piece = ByteBuffer.allocateDirect(0);
  private long missing; // elements

  NpyWriter(Path file, NpyHeader header) throws IOException {
    this.file = file;
    this.partial = file.resolveSibling("." + file.getFileName() + ".partial");
    this.header = header;
    this.missing = header.elements();
    this.channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    write(ByteBuffer.wrap(header.encode()));
  }

  /** Writes {@code file} as an array of int64. */
  static void write(Path file, long[] values) throws IOException {
    try (NpyWriter writer =
        new NpyWriter(file, new NpyHeader(NpyHeader.Type.I64, new long[] {values.length}))) {
      writer.room(values.length).asLongBuffer().put(values);
      writer.flush(values.length);
      writer.commit();
    }
  }

  /** Writes {@code file} as an array of int32. */
  static void write(Path file, int[] values) throws IOException {
    try (NpyWriter writer =
        new NpyWriter(file, new NpyHeader(NpyHeader.Type.I32, new long[] {values.length}))) {
      writer.room(values.length).asIntBuffer().put(values);
      writer.flush(values.length);
      writer.commit();
    }
  }

  /** Writes what comes next. */
  void append(float[] values) throws IOException {
    room(values.length).asFloatBuffer().put(values);
    flush(values.length);
  }

  /** Gives the whole file its name; it stays after a loss of power. */
  void commit() throws IOException {
    if (missing != 0) {
      throw new IllegalStateException("%s: %d numbers are missing".formatted(file, missing));
    }
    channel.force(true);
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    WholeFile.syncDirectory(file.toAbsolutePath().getParent());
  }

  /** Removes what was not committed. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(partial);
  }

  private ByteBuffer room(int values) {
    int bytes = Math.multiplyExact(values, header.type().bytes());
    if (piece.capacity() < bytes) {
      piece = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    return piece.clear().limit(bytes);
  }

  private void flush(int values) throws IOException {
    missing -= values;
    if (missing < 0) {
      throw new IllegalStateException("%s: %d numbers too many".formatted(file, -missing));
    }
    write(piece);
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
