package dev.gnomon.tests.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * JPEG files (quality 0.9, 4:2:0) with what photographs have: waves whose height falls with their
 * frequency, like 1/f, and a little noise. The same files each time.
 */
final class Photographs {

  private static final int DISTINCT = 16;
  private static final int WAVES = 24;

  private Photographs() {}

  /** Writes {@code count} files of {@code width} x {@code height}; 16 pictures in turn. */
  static List<Path> write(Path folder, int count, int width, int height) throws IOException {
    Files.createDirectories(folder);
    List<byte[]> encoded = new ArrayList<>();
    for (int i = 0; i < Math.min(DISTINCT, count); i++) {
      encoded.add(encode(picture(new Random(i), width, height)));
    }
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = folder.resolve("%05d.jpg".formatted(i));
      files.add(Files.write(file, encoded.get(i % DISTINCT)));
    }
    return files;
  }

  private static BufferedImage picture(Random random, int width, int height) {
    double[] values = new double[3 * width * height];
    for (int wave = 1; wave <= WAVES; wave++) {
      double direction = random.nextDouble() * 2 * Math.PI;
      double phase = random.nextDouble() * 2 * Math.PI;
      double frequency = 2 * Math.PI * wave / Math.max(width, height);
      double fx = frequency * Math.cos(direction);
      double fy = frequency * Math.sin(direction);
      double[] tint = random.doubles(3, 0.5, 1).toArray();
      for (int i = 0; i < width * height; i++) {
        double value = 80.0 / wave * Math.sin(fx * (i % width) + fy * (i / width) + phase);
        for (int c = 0; c < 3; c++) {
          values[3 * i + c] += tint[c] * value;
        }
      }
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      double noise = 128 + 3 * random.nextGaussian();
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        rgb = rgb << 8 | (int) Math.max(0, Math.min(255, values[3 * i + c] + noise));
      }
      image.setRGB(i % width, i / width, rgb);
    }
    return image;
  }

  private static byte[] encode(BufferedImage picture) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(0.9f);
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
