package dev.gnomon.model.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * The checksums of a file's chunks of 1 MiB (CRC-32C, RFC 3720 appendix B.4), so that each chunk
 * can be checked as it comes, from wherever it comes.
 *
 * @param size bytes of the file
 * @param sums of its chunks, in order; the last may be shorter
 */
public record ChunkIndex(long size, int[] sums) {

  /** Bytes of a chunk. */
  public static final int CHUNK_BYTES = 1 << 20;

  public ChunkIndex {
    sums = sums.clone();
    if (size < 0 || sums.length != chunks(size)) {
      throw new IllegalArgumentException(
          "a file of %d bytes has %d chunks, not %d".formatted(size, chunks(size), sums.length));
    }
  }

  /** Where the bytes of a chunk are. */
  @FunctionalInterface
  public interface Content {
    List<ByteBuffer> range(long from, int count);
  }

  /** The index of {@code content}, worked out by all cores. */
  public static ChunkIndex of(long size, Content content) {
    int[] sums =
        IntStream.range(0, chunks(size))
            .parallel()
            .map(chunk -> sum(content.range(from(chunk), bytes(size, chunk))))
            .toArray();
    return new ChunkIndex(size, sums);
  }

  /** The index of a file, read by all cores. */
  public static ChunkIndex of(FileChannel file) throws IOException {
    ThreadLocal<ByteBuffer> pieces =
        ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(CHUNK_BYTES));
    try {
      return of(file.size(), (from, count) -> List.of(read(file, from, count, pieces.get())));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static ByteBuffer read(FileChannel file, long from, int count, ByteBuffer into) {
    into.clear().limit(count);
    try {
      while (into.hasRemaining()) {
        if (file.read(into, from + into.position()) < 0) {
          throw new EOFException("it ends early");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return into.flip();
  }

  /** Whether {@code bytes} are those of that chunk. */
  public boolean holds(int chunk, List<ByteBuffer> bytes) {
    return sum(bytes) == sums[chunk];
  }

  /** Where a chunk begins. */
  public static long from(int chunk) {
    return (long) chunk * CHUNK_BYTES;
  }

  /** How long a chunk is. */
  public int bytes(int chunk) {
    return bytes(size, chunk);
  }

  /** Number of chunks. */
  public int chunks() {
    return sums.length;
  }

  /** Number of chunks of a file of that size. */
  public static int chunks(long size) {
    return Math.toIntExact((size + CHUNK_BYTES - 1) / CHUNK_BYTES);
  }

  /** SHA-256 in hex over size and checksums: who knows it can check an index that it is given. */
  public String digest() {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + Integer.BYTES * sums.length).putLong(size);
    for (int sum : sums) {
      bytes.putInt(sum);
    }
    return HexFormat.of().formatHex(WeightDigest.sha256().digest(bytes.array()));
  }

  @Override
  public int[] sums() {
    return sums.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChunkIndex index
        && size == index.size
        && Arrays.equals(sums, index.sums);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(size) + Arrays.hashCode(sums);
  }

  @Override
  public String toString() {
    return "ChunkIndex[size=%d, digest=%s]".formatted(size, digest());
  }

  private static int bytes(long size, int chunk) {
    return (int) Math.min(CHUNK_BYTES, size - from(chunk));
  }

  private static int sum(List<ByteBuffer> bytes) {
    CRC32C sum = new CRC32C();
    bytes.forEach(part -> sum.update(part.duplicate()));
    return (int) sum.getValue();
  }
}
