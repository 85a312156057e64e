package dev.gnomon.model.checkpoint;

import dev.gnomon.model.engine.ReusedMemory;
import dev.gnomon.model.engine.SafetensorsImage;
import dev.gnomon.model.engine.WeightSet;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Weight versions as files, for the other processes of a host: each is written to a temporary name
 * and renamed, so that a file under its own name is whole. They are a means of transport and not
 * synced; put them into memory ({@code /dev/shm}). One writer a folder, and any number of readers.
 */
public final class VersionFiles {

  private static final Pattern NAME =
      Pattern.compile("lineage-(\\d+)-version-(\\d+)\\.safetensors");

  private static final String HIDDEN = ".version-";
  private static final String PARTIAL = ".partial";
  private static final int MOST_SPARE = 2;

  private final Path folder;
  private final Deque<Path> spare = new ArrayDeque<>(); // whose memory is there already
  private final ReusedMemory memory = new ReusedMemory();

  /** The versions of one run. The folder is made when it is needed. */
  public VersionFiles(Path folder) {
    this.folder = folder;
  }

  /** Writes a version whole; gives its file. */
  public Path write(long lineage, long version, Parcel parcel) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve("lineage-%d-version-%d.safetensors".formatted(lineage, version));
    Path partial = partial();
    try {
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        for (int chunk = 0; chunk < parcel.index().chunks(); chunk++) {
          for (ByteBuffer part : parcel.chunk(chunk)) {
            while (part.hasRemaining()) {
              channel.write(part);
            }
          }
        }
        channel.truncate(parcel.index().size());
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
    return file;
  }

  private Path partial() throws IOException {
    while (!spare.isEmpty()) {
      Path file = spare.pop();
      if (Files.exists(file)) {
        return file;
      }
    }
    return Files.createTempFile(folder, HIDDEN, PARTIAL);
  }

  /**
   * The weights in {@code file}, read and checked by all cores, into memory that serves for the
   * next version where they are {@linkplain WeightSet#release released}. (A mapping would hold on
   * to the file's memory until the garbage collector comes by.)
   *
   * @param digest of the parcel, as it was announced
   * @throws IOException if there is no such file, or it is not the one that was announced
   */
  public WeightSet read(Path file, String digest) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      SafetensorsImage image =
          SafetensorsImage.incoming(head(channel), channel.size(), memory::forSizes);
      ChunkIndex index =
          ChunkIndex.of(
              image.size(),
              (from, count) -> {
                fill(image, channel, from, count);
                return image.range(from, count);
              });
      if (!index.digest().equals(digest)) {
        image.weights().release();
        throw new IOException("its bytes are not those that were announced");
      }
      return image.weights();
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new IOException(file + " can not be used: " + e.getMessage(), e);
    }
  }

  private static byte[] head(FileChannel channel) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, length, 0);
    long bytes = Long.BYTES + length.getLong(0);
    if (bytes < Long.BYTES || bytes > channel.size()) {
      throw new IOException("its header would be longer than itself");
    }
    ByteBuffer head = ByteBuffer.allocate(Math.toIntExact(bytes));
    readFully(channel, head, 0);
    return head.array();
  }

  private static void fill(SafetensorsImage image, FileChannel channel, long from, int count) {
    long at = Math.max(from, image.headBytes());
    try {
      for (ByteBuffer part : image.range(at, (int) Math.max(0, from + count - at))) {
        int length = part.remaining();
        readFully(channel, part, at);
        at += length;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer bytes, long from)
      throws IOException {
    long at = from;
    while (bytes.hasRemaining()) {
      int count = channel.read(bytes, at);
      if (count < 0) {
        throw new EOFException("it ends early");
      }
      at += count;
    }
  }

  /**
   * Lets go of the versions below {@code below} of a lineage, and of all of older lineages. Their
   * files are written over by the next versions; who still reads one sees that it has changed.
   */
  public void retire(long lineage, long below) throws IOException {
    for (Path file : files()) {
      Matcher name = NAME.matcher(file.getFileName().toString());
      if (name.matches()) {
        long of = Long.parseLong(name.group(1));
        if (of < lineage || of == lineage && Long.parseLong(name.group(2)) < below) {
          retire(file);
        }
      }
    }
  }

  private void retire(Path file) throws IOException {
    if (spare.size() < MOST_SPARE) {
      Path hidden = folder.resolve(HIDDEN + file.getFileName() + PARTIAL);
      Files.move(file, hidden, StandardCopyOption.ATOMIC_MOVE);
      spare.push(hidden);
    } else {
      Files.deleteIfExists(file);
    }
  }

  /** Removes all versions, and what writers that were killed have left. */
  public void clear() throws IOException {
    spare.clear();
    for (Path file : files()) {
      String name = file.getFileName().toString();
      if (NAME.matcher(name).matches() || name.startsWith(HIDDEN) && name.endsWith(PARTIAL)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
