package dev.gnomon.model.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes ordinary, whole JPEG files with the JDK's own reader into bytes in the decoder's order.
 * The image it would make itself has blue first, and turning pixels round takes it up to a third of
 * the time.
 */
final class PlainJpeg {

  private static final Logger LOG = LoggerFactory.getLogger(PlainJpeg.class);
  private static final String READER = "com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi";
  private static final ColorModel RGB =
      new ComponentColorModel(
          ColorSpace.getInstance(ColorSpace.CS_sRGB),
          false,
          false,
          ColorModel.OPAQUE,
          DataBuffer.TYPE_BYTE);

  private final Optional<ImageReaderSpi> reader;

  /** With the reader of that class where this Java has it; without one nothing is decoded here. */
  PlainJpeg(String readerClass) {
    this.reader = provider(readerClass);
    if (reader.isEmpty()) {
      LOG.debug("event=no-plain-jpeg reader={} instead=javax.imageio", readerClass);
    }
  }

  PlainJpeg() {
    this(READER);
  }

  /** The image; empty for files that are not ordinary, or where anything is wrong with them. */
  Optional<BufferedImage> decode(byte[] file, long maxPixels) {
    Optional<JpegHeader> header = reader.flatMap(any -> JpegHeader.ordinary(file));
    if (header.isEmpty() || (long) header.get().width() * header.get().height() > maxPixels) {
      return Optional.empty();
    }
    ImageReader decoder = null;
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      decoder = reader.get().createReaderInstance();
      AtomicBoolean warned = new AtomicBoolean();
      decoder.addIIOReadWarningListener((source, warning) -> warned.set(true));
      decoder.setInput(in, true, true);
      ImageReadParam param = decoder.getDefaultReadParam();
      if (header.get().components() == 3) {
        param.setDestination(rgb(header.get().width(), header.get().height()));
      }
      BufferedImage image = decoder.read(0, param);
      return warned.get() ? Optional.empty() : Optional.of(image);
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // the general way finds the same, and says it
    } finally {
      if (decoder != null) {
        decoder.dispose();
      }
    }
  }

  private static BufferedImage rgb(int width, int height) {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 3, null);
    return new BufferedImage(RGB, raster, false, null);
  }

  private static Optional<ImageReaderSpi> provider(String readerClass) {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (all.hasNext()) {
      ImageReaderSpi one = all.next();
      if (one.getClass().getName().equals(readerClass)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }
}
