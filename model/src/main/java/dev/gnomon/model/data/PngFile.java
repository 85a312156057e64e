package dev.gnomon.model.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Images as PNG. */
public final class PngFile {

  private PngFile() {}

  /**
   * The bytes of a file with an image, a pixel a pixel.
   *
   * @param pixels uint8 [channels, size, size]; one channel is grey, three are red, green and blue
   */
  public static byte[] bytes(byte[] pixels, int channels, int size) {
    int kind = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    BufferedImage picture = new BufferedImage(size, size, kind);
    int plane = size * size;
    for (int at = 0; at < plane; at++) {
      for (int channel = 0; channel < channels; channel++) {
        int value = pixels[channel * plane + at] & 0xff;
        picture.getRaster().setSample(at % size, at / size, channel, value);
      }
    }
    return bytes(picture);
  }

  /** The bytes of a file with a picture. */
  static byte[] bytes(BufferedImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream memory = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(picture, "png", memory);
    } catch (IOException e) { // in memory there is nothing that can fail
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
