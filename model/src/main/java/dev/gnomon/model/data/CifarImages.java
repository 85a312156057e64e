package dev.gnomon.model.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The binary version of CIFAR-10: records of a label byte and 3 x 32 x 32 pixel bytes. A directory
 * means its data_batch_*.bin (the training images); to read others, name the file.
 */
final class CifarImages {

  private static final int SIDE = 32;
  private static final int RECORD = 1 + 3 * SIDE * SIDE;

  private CifarImages() {}

  /** Whether {@code path} is, or holds, CIFAR batches. */
  static boolean at(Path path) {
    return Files.isDirectory(path)
        ? !batches(path).isEmpty()
        : path.getFileName() != null && path.getFileName().toString().endsWith("_batch.bin")
            || isBatch(path);
  }

  static ImageSet read(Path path, ImageFit fit) {
    List<Path> files = Files.isDirectory(path) ? batches(path) : List.of(path);
    if (files.isEmpty()) {
      throw new DataException(path + ": holds no data_batch_*.bin of CIFAR-10's binary version");
    }
    long count = files.stream().mapToLong(CifarImages::records).sum();
    StoredImages.requireRoom(path.toString(), count, fit.channels(), fit.size());
    byte[][] pixels = new byte[(int) count][];
    int[] labels = new int[pixels.length];
    int next = 0;
    for (Path file : files) {
      byte[] bytes = bytes(file);
      for (int at = 0; at < bytes.length; at += RECORD, next++) {
        labels[next] = bytes[at] & 0xff;
        byte[] planes = Arrays.copyOfRange(bytes, at + 1, at + RECORD);
        pixels[next] = fit.fit(planes, 3, SIDE, SIDE);
      }
    }
    int classes = Arrays.stream(labels).max().orElse(-1) + 1;
    String description = "%d CIFAR images, %s".formatted(pixels.length, path);
    List<String> names = names(files.get(0).resolveSibling("batches.meta.txt"), classes);
    return new StoredImages(description, fit.channels(), fit.size(), names, labels, pixels);
  }

  /** Batches in order of their names, in {@code directory} or its folder cifar-10-batches-bin. */
  private static List<Path> batches(Path directory) {
    Path inner = directory.resolve("cifar-10-batches-bin");
    try (Stream<Path> entries = Files.list(Files.isDirectory(inner) ? inner : directory)) {
      return entries.filter(CifarImages::isBatch).sorted().toList();
    } catch (IOException e) {
      throw new DataException("%s: can not be listed: %s".formatted(directory, e), e);
    }
  }

  private static boolean isBatch(Path file) {
    return file.getFileName() != null
        && file.getFileName().toString().matches("data_batch_\\d+\\.bin");
  }

  private static long records(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes == 0 || bytes % RECORD != 0) {
        throw new DataException(
            "%s: %d bytes are no whole number of records of %d; fetch it again"
                .formatted(file, bytes, RECORD));
      }
      return bytes / RECORD;
    } catch (IOException e) {
      throw new DataException("%s: can not be read: %s".formatted(file, e), e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DataException("%s: can not be read: %s".formatted(file, e), e);
    }
  }

  private static List<String> names(Path meta, int classes) {
    try {
      List<String> lines =
          Files.exists(meta)
              ? Files.readAllLines(meta).stream().filter(line -> !line.isBlank()).toList()
              : List.of();
      return lines.size() >= classes
          ? lines
          : IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    } catch (IOException e) {
      throw new DataException("%s: can not be read: %s".formatted(meta, e), e);
    }
  }
}
