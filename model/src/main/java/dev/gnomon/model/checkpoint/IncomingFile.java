package dev.gnomon.model.checkpoint;

import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;

/**
 * A file that comes from another folder, chunk by chunk. What has come lies beside its place, under
 * a name of its own, and is checked where it lies: a transfer that was cut, or whose process was
 * killed, goes on with the chunks that are missing. Under its own name it is whole and durable.
 *
 * <p>Several processes may bring the same file to the same place: they write the same bytes.
 */
public final class IncomingFile implements AutoCloseable {

  private static final String SUFFIX = ".incoming";

  private final Path place;
  private final Path incoming;
  private final SavedFile expected;
  private final BitSet whole = new BitSet();
  private ChunkIndex index; // null until it is described
  private FileChannel channel; // null until it is described

  /** The file {@code expected}, on its way to {@code place}. */
  public IncomingFile(Path place, SavedFile expected) {
    this.place = place;
    this.incoming = place.resolveSibling("." + place.getFileName() + SUFFIX);
    this.expected = expected;
  }

  /**
   * Learns the checksums of its chunks, and which of them are here already.
   *
   * @throws CheckpointException if this is no index of the file that is expected, or nothing can be
   *     written here
   */
  public void describe(ChunkIndex sent) throws CheckpointException {
    if (sent.size() != expected.bytes()) {
      throw new CheckpointException(
          place, "has %d bytes there, saved were %d".formatted(sent.size(), expected.bytes()));
    }
    if (sent.equals(index)) {
      return;
    }
    index = sent;
    whole.clear();
    onDisk(
        () -> {
          if (channel == null) {
            Files.createDirectories(incoming.toAbsolutePath().getParent());
            channel =
                FileChannel.open(
                    incoming,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
          }
          findWhole();
        });
  }

  private void findWhole() throws IOException {
    long there = channel.size();
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(there, ChunkIndex.CHUNK_BYTES));
    for (int chunk = 0; chunk < index.chunks(); chunk++) {
      long from = ChunkIndex.from(chunk);
      if (from + index.bytes(chunk) > there) {
        return;
      }
      bytes.clear().limit(index.bytes(chunk));
      while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
        continue;
      }
      whole.set(chunk, index.holds(chunk, List.of(bytes.flip())));
    }
  }

  /** Number of chunks. */
  public int chunks() {
    return index.chunks();
  }

  /** How long a chunk is. */
  public int bytes(int chunk) {
    return index.bytes(chunk);
  }

  /** The first chunk from {@code chunk} on that is missing. */
  public int missing(int chunk) {
    return whole.nextClearBit(chunk);
  }

  /**
   * Takes a chunk that came; gives whether it is as it should be.
   *
   * @throws CheckpointException if it can not be written here
   */
  public boolean take(int chunk, ByteBuffer bytes) throws CheckpointException {
    if (!index.holds(chunk, List.of(bytes))) {
      return false;
    }
    onDisk(
        () -> {
          long at = ChunkIndex.from(chunk);
          while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
          }
        });
    whole.set(chunk);
    return true;
  }

  /**
   * All chunks are here: the file gets its name.
   *
   * @throws CheckpointException if it is not what was expected all the same, and nothing of it is
   *     left then
   */
  public void complete() throws CheckpointException {
    onDisk(
        () -> {
          channel.truncate(index.size());
          channel.force(true);
          channel.close();
          if (expected.is(incoming)) {
            moveIntoPlace();
          } else if (!expected.is(place)) {
            throw new CheckpointException(
                place, "came whole, but is not what was saved: it is damaged where it came from");
          }
        });
  }

  private void moveIntoPlace() throws IOException {
    try {
      Files.move(incoming, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException brought) {
      return; // by another process, in this moment
    }
    WholeFile.syncDirectory(place.toAbsolutePath().getParent());
  }

  private interface DiskWork {
    void run() throws IOException;
  }

  /** What fails here does not get better by coming again: it makes room for others. */
  private void onDisk(DiskWork work) throws CheckpointException {
    try {
      work.run();
    } catch (IOException e) {
      discard();
      throw e instanceof CheckpointException known
          ? known
          : new CheckpointException(place, "can not be written: " + e.getMessage(), e);
    }
  }

  private void discard() {
    try {
      close();
      Files.deleteIfExists(incoming);
    } catch (IOException kept) {
      // It is found when the file comes the next time, or goes with its folder.
    }
  }

  /** What has come stays, for the next attempt. */
  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
