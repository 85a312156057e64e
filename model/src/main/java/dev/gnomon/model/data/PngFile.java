package dev.gnomon.model.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
    Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
    ImageIO.write(picture, "png", partial.toFile());
    Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
