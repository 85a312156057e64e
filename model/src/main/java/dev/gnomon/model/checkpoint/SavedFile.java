package dev.gnomon.model.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A file of a checkpoint: its plain name, its size, and the SHA-256 of its bytes in hex. */
public record SavedFile(String name, long bytes, String sha256) {
  private static final int PIECE_BYTES = 1 << 20;

  public SavedFile {
    if (!name.matches("\\w+" + Checkpoint.SUFFIX)) { // in particular: nothing outside the directory
      throw new IllegalArgumentException("'" + name + "' is not the name of a checkpoint's file");
    }
  }

  /** Fails unless this file lies in {@code directory} as it was saved. */
  void verify(Path directory) throws IOException {
    Path file = directory.resolve(name);
    long found;
    try {
      found = Files.size(file);
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file, "is missing", e);
    }
    if (found != bytes) {
      throw new CheckpointException(file, "has %d bytes, saved were %d".formatted(found, bytes));
    }
    String hash = sha256(file);
    if (!hash.equals(sha256)) {
      throw new CheckpointException(
          file, "is damaged: SHA-256 %s, saved %s".formatted(hash, sha256));
    }
  }

  /** The half that it holds. */
  public String half() {
    return Checkpoint.half(name);
  }

  /** Whether {@code file} holds what was saved. Reads it to its end. */
  public boolean is(Path file) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) == bytes && sha256(file).equals(sha256);
  }

  /** SHA-256 of a file's bytes, in hex. */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest = WeightDigest.sha256();
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(piece) >= 0) {
        digest.update(piece.flip());
        piece.clear();
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
