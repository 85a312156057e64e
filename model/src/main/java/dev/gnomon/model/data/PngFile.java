package dev.gnomon.model.data;

import dev.gnomon.model.engine.WholeFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes an image as PNG, a pixel a pixel. */
public final class PngFile {

  private PngFile() {}

  /**
   * Writes {@code file}, whole or not at all.
   *
   * @param pixels uint8 [channels, size, size]; one channel is grey, three are red, green and blue
   */
  public static void write(Path file, byte[] pixels, int channels, int size) throws IOException {
    int kind = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    BufferedImage picture = new BufferedImage(size, size, kind);
    int plane = size * size;
    for (int at = 0; at < plane; at++) {
      for (int channel = 0; channel < channels; channel++) {
        int value = pixels[channel * plane + at] & 0xff;
        picture.getRaster().setSample(at % size, at / size, channel, value);
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", png);
    WholeFile.write(file, channel -> channel.write(ByteBuffer.wrap(png.toByteArray())));
  }
}
