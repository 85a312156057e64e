package dev.gnomon.tests.bench;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;

/** Images the way they are read without further thought: javax.imageio and Graphics2D. */
final class PlainImageIo {

  private static final ImageReaderSpi JDK = jdk();

  private PlainImageIo() {}

  /** What reads a file. */
  interface Decoder {
    BufferedImage read(Path file) throws IOException;
  }

  /** {@code ImageIO.read}, with the plug-in for JPEG that Gnomon brings. */
  static BufferedImage read(Path file) throws IOException {
    return ImageIO.read(file.toFile());
  }

  /** What {@code ImageIO.read} does where no plug-in is. */
  static BufferedImage readByJdk(Path file) throws IOException {
    ImageReader reader = JDK.createReaderInstance();
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(in, true, true);
      return reader.read(0);
    } finally {
      reader.dispose();
    }
  }

  /** All images of a folder, uint8 [batch, 3, size, size] each, decoded in parallel. */
  static List<byte[]> batches(Path folder, int size, int batch, Decoder decoder)
      throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(folder)) {
      files = found.sorted().toList();
    }
    List<byte[]> images = files.parallelStream().map(file -> image(file, size, decoder)).toList();
    return Stream.iterate(0, from -> from < images.size(), from -> from + batch)
        .map(from -> join(images.subList(from, Math.min(images.size(), from + batch))))
        .toList();
  }

  private static byte[] join(List<byte[]> images) {
    int each = images.get(0).length;
    byte[] batch = new byte[images.size() * each];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i), 0, batch, i * each, each);
    }
    return batch;
  }

  private static byte[] image(Path file, int size, Decoder decoder) {
    BufferedImage image;
    try {
      image = decoder.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int side = Math.min(image.getWidth(), image.getHeight());
    int left = (image.getWidth() - side) / 2;
    int top = (image.getHeight() - side) / 2;
    BufferedImage resized = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = resized.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(image.getSubimage(left, top, side, side), 0, 0, size, size, null);
    graphics.dispose();
    int[] rgb = resized.getRGB(0, 0, size, size, null, 0, size);
    byte[] planes = new byte[3 * rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      planes[i] = (byte) (rgb[i] >> 16);
      planes[rgb.length + i] = (byte) (rgb[i] >> 8);
      planes[2 * rgb.length + i] = (byte) rgb[i];
    }
    return planes;
  }

  private static ImageReaderSpi jdk() {
    return IIORegistry.getDefaultInstance()
        .getServiceProviders(
            ImageReaderSpi.class,
            one ->
                one.getClass().getName().equals("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi"),
            false)
        .next();
  }
}
