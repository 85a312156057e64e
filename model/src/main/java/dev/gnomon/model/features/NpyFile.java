package dev.gnomon.model.features;

import dev.gnomon.model.data.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An array in a .npy file, read where it is needed: its rows need not fit into memory. */
public final class NpyFile implements Rows, AutoCloseable {

  private static final int PIECE_BYTES = 1 << 22;

  private final Path file;
  private final FileChannel channel;
  private final NpyHeader header;
  private final long start; // of the elements, bytes

  private NpyFile(Path file, FileChannel channel, NpyHeader header, long start) {
    this.file = file;
    this.channel = channel;
    this.header = header;
    this.start = start;
  }

  /**
   * Opens a file.
   *
   * @throws DataException where it is not, to the byte, what its header says
   */
  public static NpyFile open(Path file) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      byte[] prefix = read(channel, 0, (int) Math.min(NpyHeader.PREFIX, channel.size()));
      int length = NpyHeader.textLength(file, prefix);
      long start = NpyHeader.PREFIX + (long) length;
      if (start > channel.size()) {
        throw new DataException(file + ": ends within its header");
      }
      NpyHeader header = NpyHeader.decode(file, read(channel, NpyHeader.PREFIX, length));
      long expected = start + header.elements() * header.type().bytes();
      if (expected != channel.size()) {
        throw new DataException(
            "%s: has %d bytes, its header says %d".formatted(file, channel.size(), expected));
      }
      return new NpyFile(file, channel, header, start);
    } catch (IOException | RuntimeException failure) {
      close(channel);
      throw failure instanceof DataException known ? known : unreadable(file, failure);
    }
  }

  /** The whole of an array of int32. */
  public static int[] ints(Path file) {
    try (NpyFile array = open(file)) {
      ByteBuffer bytes = array.all(NpyHeader.Type.I32);
      int[] values = new int[bytes.remaining() / Integer.BYTES];
      bytes.asIntBuffer().get(values);
      return values;
    }
  }

  /** The whole of an array of int64. */
  public static long[] longs(Path file) {
    try (NpyFile array = open(file)) {
      ByteBuffer bytes = array.all(NpyHeader.Type.I64);
      long[] values = new long[bytes.remaining() / Long.BYTES];
      bytes.asLongBuffer().get(values);
      return values;
    }
  }

  /** The file as rows of float32. */
  public static NpyFile rows(Path file) {
    NpyFile array = open(file);
    if (array.header.type() != NpyHeader.Type.F32
        || array.header.shape().length != 2
        || array.header.shape()[1] < 1
        || array.header.shape()[0] > Integer.MAX_VALUE
        || array.header.shape()[1] > Integer.MAX_VALUE) {
      array.close();
      throw new DataException(file + ": is not an array of float32 of shape [images, dimensions]");
    }
    return array;
  }

  @Override
  public int count() {
    return (int) header.shape()[0];
  }

  @Override
  public int dimensions() {
    return (int) header.shape()[1];
  }

  /**
   * Reads rows.
   *
   * @throws DataException where the file can not be read, or a number is not finite
   */
  @Override
  public void read(int from, int to, float[] into) {
    long first = (long) from * dimensions();
    int count = Math.multiplyExact(to - from, dimensions());
    int most = PIECE_BYTES / Float.BYTES;
    for (int done = 0; done < count; done += most) {
      int now = Math.min(most, count - done);
      try {
        byte[] bytes = read(channel, start + (first + done) * Float.BYTES, now * Float.BYTES);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(into, done, now);
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(into[i])) {
        throw new DataException(
            "%s: number %d of row %d is %s, expected a finite one"
                .formatted(file, i % dimensions(), from + i / dimensions(), into[i]));
      }
    }
  }

  @Override
  public void close() {
    close(channel);
  }

  private ByteBuffer all(NpyHeader.Type type) {
    if (header.type() != type || header.shape().length != 1) {
      throw new DataException("%s: is not a list of %s".formatted(file, type));
    }
    try {
      int bytes = Math.toIntExact(header.elements() * type.bytes());
      return ByteBuffer.wrap(read(channel, start, bytes)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException | ArithmeticException e) {
      throw unreadable(file, e);
    }
  }

  private static byte[] read(FileChannel channel, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new IOException("it ended at byte " + (at + bytes.position()));
      }
    }
    return bytes.array();
  }

  private static void close(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException ofReading) {
      // Nothing was written that could be lost.
    }
  }

  private static DataException unreadable(Path file, Exception cause) {
    return new DataException("%s: can not be read: %s".formatted(file, cause), cause);
  }
}
