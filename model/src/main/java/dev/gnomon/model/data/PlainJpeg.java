package dev.gnomon.model.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
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
  private final ThreadLocal<Decoder> decoders = ThreadLocal.withInitial(this::decoder);

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

  private Decoder decoder() {
    try {
      return new Decoder(reader.orElseThrow().createReaderInstance());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The image; empty for files that are not ordinary, or where anything is wrong with them. */
  Optional<BufferedImage> decode(byte[] file, long maxPixels) {
    Optional<JpegHeader> header = reader.flatMap(any -> JpegHeader.ordinary(file));
    if (header.isEmpty() || (long) header.get().width() * header.get().height() > maxPixels) {
      return Optional.empty();
    }
    Decoder decoder = decoders.get();
    try {
      return decoder.decode(file, header.get());
    } catch (IOException | RuntimeException e) {
      decoders.remove();
      decoder.reader.dispose();
      return Optional.empty(); // the general way finds the same, and says it
    }
  }

  /** A reader that is used for one file after another: to make one takes as long as to decode. */
  private static final class Decoder {

    private final ImageReader reader;
    private boolean warned;

    Decoder(ImageReader reader) {
      this.reader = reader;
      reader.addIIOReadWarningListener((source, warning) -> warned = true);
    }

    Optional<BufferedImage> decode(byte[] file, JpegHeader header) throws IOException {
      warned = false;
      try (ImageInputStream in = new ByteArrayImageInput(file)) {
        reader.setInput(in, true, true);
        ImageReadParam param = reader.getDefaultReadParam();
        if (header.components() == 3) {
          param.setDestination(rgb(header.width(), header.height()));
        }
        BufferedImage image = reader.read(0, param);
        return warned ? Optional.empty() : Optional.of(image);
      } finally {
        reader.setInput(null);
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
