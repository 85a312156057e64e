package dev.gnomon.model.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageOutputStream;
import org.w3c.dom.Element;

/** JPEG files that tests write. */
final class JpegFiles {

  /** How the colours are stored. */
  enum Kind {
    GREY,
    HALVED_COLOURS, // 4:2:0
    FULL_COLOURS, // 4:4:4
    PROGRESSIVE
  }

  private JpegFiles() {}

  /** A picture of soft waves with some noise, at quality 0.9. */
  static byte[] file(Kind kind, int width, int height) throws IOException {
    BufferedImage picture = picture(kind, width, height);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(0.9f);
      if (kind == Kind.PROGRESSIVE) {
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(
              ImageTypeSpecifier.createFromRenderedImage(picture), param);
      if (kind == Kind.FULL_COLOURS) {
        String format = "javax_imageio_jpeg_image_1.0";
        Element root = (Element) metadata.getAsTree(format);
        Element luma = (Element) root.getElementsByTagName("componentSpec").item(0);
        luma.setAttribute("HsamplingFactor", "1");
        luma.setAttribute("VsamplingFactor", "1");
        metadata.setFromTree(format, root);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, metadata), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static BufferedImage picture(Kind kind, int width, int height) {
    boolean grey = kind == Kind.GREY;
    BufferedImage image =
        new BufferedImage(
            width, height, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    int noise = 1;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        noise = noise * 1664525 + 1013904223;
        for (int band = 0; band < image.getRaster().getNumBands(); band++) {
          double wave = Math.sin(x / (5.0 + band)) * Math.cos(y / (9.0 - band)) * 90;
          image.getRaster().setSample(x, y, band, (int) (128 + wave + (noise >>> 28)));
        }
      }
    }
    return image;
  }
}
