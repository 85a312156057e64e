package dev.gnomon.model.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;

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
    return fit(isGrey(image) ? grey(image, left, top, side) : colour(image, left, top, side), side);
  }

  /** Planes of uint8 [inputChannels, height, width], fitted. */
  byte[] fit(byte[] planes, int inputChannels, int height, int width) {
    int side = Math.min(height, width);
    if (side == size && height == width && inputChannels == channels) {
      return planes;
    }
    int left = (width - side) / 2;
    int top = (height - side) / 2;
    float[][] square = new float[inputChannels][side * side];
    for (int c = 0; c < inputChannels; c++) {
      for (int i = 0; i < side * side; i++) {
        int at = (c * height + top + i / side) * width + left + i % side;
        square[c][i] = planes[at] & 0xff;
      }
    }
    return fit(square, side);
  }

  private byte[] fit(float[][] square, int side) { // [1 or 3][side * side]
    float[][] planes = channels == 1 && square.length == 3 ? luma(square) : square;
    byte[] pixels = new byte[channels * size * size];
    Resampling resampling = Resampling.between(side, size);
    for (int c = 0; c < channels; c++) {
      if (c >= planes.length) { // grey as colour
        System.arraycopy(pixels, 0, pixels, c * size * size, size * size);
        continue;
      }
      float[] resized = side == size ? planes[c] : resampling.apply(planes[c]);
      for (int i = 0; i < size * size; i++) {
        pixels[c * size * size + i] = (byte) Math.max(0, Math.min(255, Math.round(resized[i])));
      }
    }
    return pixels;
  }

  private static float[][] luma(float[][] rgb) {
    float[] grey = new float[rgb[0].length];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = 0.299f * rgb[0][i] + 0.587f * rgb[1][i] + 0.114f * rgb[2][i];
    }
    return new float[][] {grey};
  }

  /** Grey images whose numbers Java would pass through a linear grey profile, which lightens. */
  private static boolean isGrey(BufferedImage image) {
    return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  private static float[][] grey(BufferedImage image, int left, int top, int side) {
    Raster raster = image.getRaster();
    float[] values = raster.getSamples(left, top, side, side, 0, (float[]) null);
    float scale = 255f / ((1 << raster.getSampleModel().getSampleSize(0)) - 1);
    boolean alpha = image.getColorModel().hasAlpha();
    float[] opacity =
        alpha ? raster.getSamples(left, top, side, side, 1, (float[]) null) : new float[0];
    for (int i = 0; i < values.length; i++) {
      float a = alpha ? opacity[i] * scale / 255 : 1;
      values[i] = values[i] * scale * a + 255 * (1 - a);
    }
    return new float[][] {values};
  }

  private static float[][] colour(BufferedImage image, int left, int top, int side) {
    float[][] planes = new float[3][side * side];
    int[] row = new int[side];
    for (int y = 0; y < side; y++) {
      image.getRGB(left, top + y, side, 1, row, 0, side); // not premultiplied, sRGB
      for (int x = 0; x < side; x++) {
        float a = (row[x] >>> 24) / 255f;
        for (int c = 0; c < 3; c++) {
          planes[c][y * side + x] = (row[x] >>> (16 - 8 * c) & 0xff) * a + 255 * (1 - a);
        }
      }
    }
    return planes;
  }
}
