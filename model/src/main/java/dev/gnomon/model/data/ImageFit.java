package dev.gnomon.model.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * Brings an image of any size to uint8 [channels, size, size]: the largest centred square is cut
 * out and resampled with a bicubic filter (Catmull-Rom, a = -1/2) that is widened by the scale when
 * it shrinks, as Pillow's does, so that no detail aliases. Transparency is composited on white.
 *
 * @param size height and width of the result in pixels
 * @param channels 1 (grey, ITU-R BT.601 luma) or 3
 */
record ImageFit(int size, int channels) {

  /** The decoded image, fitted. */
  byte[] fit(BufferedImage image) {
    int side = Math.min(image.getWidth(), image.getHeight());
    int left = (image.getWidth() - side) / 2;
    int top = (image.getHeight() - side) / 2;
    Lines lines;
    if (isBytes(image)) {
      lines = bytes(image, left, top, side);
    } else if (isGrey(image)) {
      lines = grey(image, left, top, side);
    } else {
      lines = colour(image, left, top, side);
    }
    return fit(lines, side);
  }

  /** Planes of uint8 [inputChannels, height, width], fitted. */
  byte[] fit(byte[] planes, int inputChannels, int height, int width) {
    int side = Math.min(height, width);
    if (side == size && height == width && inputChannels == channels) {
      return planes;
    }
    int[] first = new int[inputChannels];
    for (int c = 0; c < inputChannels; c++) {
      first[c] = (c * height + (height - side) / 2) * width + (width - side) / 2;
    }
    return fit(new Lines.OfBytes(planes, first, width, 1, side), side);
  }

  private byte[] fit(Lines square, int side) {
    Lines lines = channels < square.bands() ? Lines.Luma.of(square, side) : square;
    byte[] pixels = Resampling.between(side, size).apply(lines);
    if (lines.bands() == channels) {
      return pixels;
    }
    byte[] colour = Arrays.copyOf(pixels, channels * pixels.length); // grey as colour
    for (int c = 1; c < channels; c++) {
      System.arraycopy(pixels, 0, colour, c * pixels.length, pixels.length);
    }
    return colour;
  }

  /** Grey images whose numbers Java would pass through a linear grey profile, which lightens. */
  private static boolean isGrey(BufferedImage image) {
    return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  /** Whether a pixel is one grey byte, or three of sRGB, in one array. */
  private static boolean isBytes(BufferedImage image) {
    ColorModel model = image.getColorModel();
    Raster raster = image.getRaster();
    return model instanceof ComponentColorModel
        && !model.hasAlpha()
        && raster.getSampleModel() instanceof ComponentSampleModel
        && raster.getDataBuffer() instanceof DataBufferByte data
        && data.getNumBanks() == 1
        && model.getComponentSize(0) == 8
        && (raster.getNumBands() == 1 ? isGrey(image) : model.getColorSpace().isCS_sRGB());
  }

  private static Lines bytes(BufferedImage image, int left, int top, int side) {
    Raster raster = image.getRaster();
    ComponentSampleModel model = (ComponentSampleModel) raster.getSampleModel();
    DataBufferByte data = (DataBufferByte) raster.getDataBuffer();
    int[] first = new int[raster.getNumBands()];
    for (int band = 0; band < first.length; band++) {
      int x = left - raster.getSampleModelTranslateX();
      int y = top - raster.getSampleModelTranslateY();
      first[band] = data.getOffset() + model.getOffset(x, y, band);
    }
    return new Lines.OfBytes(
        data.getData(), first, model.getScanlineStride(), model.getPixelStride(), side);
  }

  private static Lines grey(BufferedImage image, int left, int top, int side) {
    Raster raster = image.getRaster();
    float scale = 255f / ((1 << raster.getSampleModel().getSampleSize(0)) - 1);
    boolean alpha = image.getColorModel().hasAlpha();
    float[] values = new float[side];
    float[] opacity = new float[side];
    return new Lines() {
      @Override
      public int bands() {
        return 1;
      }

      @Override
      public void read(int y, float[] into) {
        raster.getSamples(left, top + y, side, 1, 0, values);
        if (alpha) {
          raster.getSamples(left, top + y, side, 1, 1, opacity);
        }
        for (int x = 0; x < side; x++) {
          float a = alpha ? opacity[x] * scale / 255 : 1;
          into[x] = values[x] * scale * a + 255 * (1 - a);
        }
      }
    };
  }

  private static Lines colour(BufferedImage image, int left, int top, int side) {
    int[] row = new int[side];
    return new Lines() {
      @Override
      public int bands() {
        return 3;
      }

      @Override
      public void read(int y, float[] into) {
        image.getRGB(left, top + y, side, 1, row, 0, side); // not premultiplied, sRGB
        for (int x = 0; x < side; x++) {
          float a = (row[x] >>> 24) / 255f;
          for (int c = 0; c < 3; c++) {
            into[3 * x + c] = (row[x] >>> (16 - 8 * c) & 0xff) * a + 255 * (1 - a);
          }
        }
      }
    };
  }
}
