package dev.gnomon.model.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes a PNG or JPEG file, from memory and strictly: a file that ends early is broken. */
final class ImageFile {

  private static final long MAX_PIXELS = 1L << 27;
  private static final PlainJpeg PLAIN_JPEG = new PlainJpeg();

  private ImageFile() {}

  /**
   * The decoded image.
   *
   * @throws IOException if the file can not be read or is broken; decoders may also throw a
   *     RuntimeException at malformed bytes
   */
  static BufferedImage decode(Path file) throws IOException {
    return decode(Files.readAllBytes(file), PLAIN_JPEG);
  }

  /** The decoded image of a file's bytes. */
  static BufferedImage decode(byte[] bytes, PlainJpeg plainJpeg) throws IOException {
    Optional<BufferedImage> plain = plainJpeg.decode(bytes, MAX_PIXELS);
    return plain.isPresent() ? plain.get() : decode(bytes);
  }

  private static BufferedImage decode(byte[] bytes) throws IOException {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("is neither PNG nor JPEG");
      }
      ImageReader reader = readers.next();
      try {
        AtomicReference<String> cut = new AtomicReference<>();
        IIOReadWarningListener listener =
            (source, warning) -> {
              if (saysTheFileIsCut(warning)) {
                cut.set(warning);
              }
            };
        reader.addIIOReadWarningListener(listener);
        reader.setInput(in, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
          throw new IOException("is larger than 128 megapixels");
        }
        BufferedImage image = reader.read(0);
        if (cut.get() != null) {
          throw new IOException(cut.get());
        }
        return image;
      } finally {
        reader.dispose();
      }
    }
  }

  /** Other warnings, of colour profiles for example, leave the picture whole. */
  private static boolean saysTheFileIsCut(String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    return text.contains("eoi") || text.contains("premature") || text.contains("truncated");
  }
}
