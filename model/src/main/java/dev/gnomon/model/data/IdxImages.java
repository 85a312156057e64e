package dev.gnomon.model.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * Images in the idx format of MNIST, gzip or plain: big-endian header 0x00000803, count, height,
 * width, then a byte a pixel; labels: 0x00000801, count, then a byte a label. A directory means its
 * training images; to read others, name the file of images. The labels lie beside it.
 */
final class IdxImages {

  private static final int IMAGES = 0x0803;
  private static final int LABELS = 0x0801;
  private static final String TRAINING = "train-images-idx3-ubyte";

  private IdxImages() {}

  /** Whether {@code path} is, or holds, idx images. */
  static boolean at(Path path) {
    return Files.isDirectory(path)
        ? exists(path.resolve(TRAINING))
        : path.getFileName() != null && path.getFileName().toString().contains("idx3");
  }

  static ImageSet read(Path path, ImageFit fit) {
    if (Files.isDirectory(path) && !at(path)) {
      throw new DataException("%s: holds no %s[.gz]".formatted(path, TRAINING));
    }
    Path file = Files.isDirectory(path) ? plainOrGzip(path.resolve(TRAINING)) : path;
    byte[][] pixels = images(file, fit);
    String labelName =
        file.getFileName().toString().replace("images", "labels").replace("idx3", "idx1");
    Path labelFile = file.resolveSibling(labelName.replaceFirst("\\.gz$", ""));
    int[] labels = new int[pixels.length];
    Arrays.fill(labels, -1);
    if (!labelFile.equals(file) && exists(labelFile)) {
      labels = labels(plainOrGzip(labelFile), pixels.length);
    }
    int classes = Arrays.stream(labels).max().orElse(-1) + 1;
    List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    String description = "%d idx images, %s".formatted(pixels.length, file);
    return new StoredImages(description, fit.channels(), fit.size(), names, labels, pixels);
  }

  private static byte[][] images(Path file, ImageFit fit) {
    try (DataInputStream in = open(file)) {
      requireMagic(in, file, IMAGES, "images");
      int count = in.readInt();
      int height = in.readInt();
      int width = in.readInt();
      if (count < 1 || height < 1 || width < 1 || (long) height * width > 1 << 24) {
        throw new DataException(
            "%s: header says %d images of %d x %d".formatted(file, count, height, width));
      }
      StoredImages.requireRoom(file.toString(), count, fit.channels(), fit.size());
      byte[][] pixels = new byte[count][];
      for (int i = 0; i < count; i++) {
        byte[] plane = in.readNBytes(height * width);
        if (plane.length < height * width) {
          throw new DataException(
              "%s: ends within image %d of %d; fetch it again".formatted(file, i, count));
        }
        pixels[i] = fit.fit(plane, 1, height, width);
      }
      return pixels;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static int[] labels(Path file, int images) {
    try (DataInputStream in = open(file)) {
      requireMagic(in, file, LABELS, "labels");
      int count = in.readInt();
      byte[] bytes = in.readAllBytes();
      if (count != images || bytes.length != images) {
        throw new DataException(
            "%s: %d labels (header: %d) for %d images; the two files do not belong together"
                .formatted(file, bytes.length, count, images));
      }
      return IntStream.range(0, images).map(i -> bytes[i] & 0xff).toArray();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static DataException unreadable(Path file, IOException cause) {
    if (cause instanceof EOFException) {
      return new DataException("%s: is cut short; fetch it again".formatted(file), cause);
    }
    return new DataException("%s: can not be read: %s".formatted(file, cause), cause);
  }

  private static void requireMagic(DataInputStream in, Path file, int magic, String what)
      throws IOException {
    int found = in.readInt();
    if (found != magic) {
      throw new DataException(
          "%s: starts with 0x%08x, idx %s start with 0x%08x".formatted(file, found, what, magic));
    }
  }

  private static DataInputStream open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      raw.mark(2);
      boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      InputStream bytes = gzip ? new GZIPInputStream(raw, 1 << 16) : raw;
      return new DataInputStream(new BufferedInputStream(bytes, 1 << 16));
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  private static boolean exists(Path plain) {
    return Files.exists(plainOrGzip(plain));
  }

  private static Path plainOrGzip(Path plain) {
    return Files.exists(plain) ? plain : plain.resolveSibling(plain.getFileName() + ".gz");
  }
}
