package dev.gnomon.model.checkpoint;

import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.SafetensorsException;
import dev.gnomon.model.engine.WeightSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Weight versions as files, for the other processes of a host: each is written to a temporary name
 * and renamed, so that a file under its own name is whole. They are a means of transport and not
 * synced; put them into memory ({@code /dev/shm}).
 */
public final class VersionFiles {

  private static final Pattern NAME =
      Pattern.compile("lineage-(\\d+)-version-(\\d+)\\.safetensors");

  private final Path folder;

  /** The versions of one run. The folder is made when it is needed. */
  public VersionFiles(Path folder) {
    this.folder = folder;
  }

  /** Writes a version whole; gives its file. */
  public Path write(long lineage, long version, Parcel parcel) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve("lineage-%d-version-%d.safetensors".formatted(lineage, version));
    Path partial = Files.createTempFile(folder, ".version-", ".partial");
    try {
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        for (int chunk = 0; chunk < parcel.index().chunks(); chunk++) {
          for (ByteBuffer part : parcel.chunk(chunk)) {
            while (part.hasRemaining()) {
              channel.write(part);
            }
          }
        }
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
    return file;
  }

  /**
   * The weights in {@code file}, mapped.
   *
   * @param digest of the parcel, as it was announced
   * @throws IOException if there is no such file, or it is not the one that was announced
   */
  public static WeightSet read(Path file, String digest) throws IOException {
    WeightSet weights;
    try {
      weights = Safetensors.read(file);
    } catch (SafetensorsException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (!Parcel.of(weights).digest().equals(digest)) {
      throw new IOException(file + ": its bytes are not those that were announced");
    }
    return weights;
  }

  /** Removes the versions below {@code below} of a lineage, and all of older lineages. */
  public void retire(long lineage, long below) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          long of = Long.parseLong(name.group(1));
          if (of < lineage || of == lineage && Long.parseLong(name.group(2)) < below) {
            Files.deleteIfExists(file);
          }
        }
      }
    }
  }
}
