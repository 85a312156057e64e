package dev.gnomon.tests.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file that others write: gives the whole lines that are new since it was last asked. */
final class Tail {

  private final Path file;
  private long offset;

  Tail(Path file) {
    this.file = file;
  }

  List<String> lines() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long length = in.length();
      if (length <= offset) {
        return List.of();
      }
      byte[] bytes = new byte[Math.toIntExact(length - offset)];
      in.seek(offset);
      in.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      int whole = text.lastIndexOf('\n') + 1;
      offset += text.substring(0, whole).getBytes(StandardCharsets.UTF_8).length;
      return text.substring(0, whole).lines().toList();
    }
  }
}
