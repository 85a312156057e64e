package dev.gnomon.model.metrics;

/**
 * Square planes of several images, [channels][images x (size + 1) x (size + 1)], with the zeros
 * that a 3 x 3 window needs at the borders between them: each image begins with a row of zeros and
 * each of its rows ends with a zero, which the next row uses as its left border.
 */
final class PaddedPlanes {

  private static final int FRONT = 1;

  private final int images;
  private final int size;
  private final float[][] channels;

  PaddedPlanes(int channels, int images, int size) {
    this.images = images;
    this.size = size;
    this.channels = new float[channels][FRONT + images * plane(size) + size + 2];
  }

  /** Numbers that one image takes in a channel. */
  static int plane(int size) {
    return (size + 1) * (size + 1);
  }

  /** Images {@code first} onwards of uint8 pixels [.., channels, size, size], scaled to [-1, 1]. */
  static PaddedPlanes of(byte[] pixels, int first, int images, int channels, int size) {
    PaddedPlanes planes = new PaddedPlanes(channels, images, size);
    for (int c = 0; c < channels; c++) {
      float[] into = planes.channels[c];
      for (int image = 0; image < images; image++) {
        int from = ((first + image) * channels + c) * size * size;
        for (int y = 0; y < size; y++) {
          int row = planes.row(image, y);
          for (int x = 0; x < size; x++) {
            into[row + x] = (pixels[from + y * size + x] & 0xff) / 127.5f - 1;
          }
        }
      }
    }
    return planes;
  }

  int images() {
    return images;
  }

  int channels() {
    return channels.length;
  }

  int size() {
    return size;
  }

  float[] channel(int index) {
    return channels[index];
  }

  /** Distance of a pixel from the one above it. */
  int stride() {
    return size + 1;
  }

  int firstPixel() {
    return row(0, 0);
  }

  /** One past the last image. */
  int end() {
    return FRONT + images * plane(size);
  }

  /** Adds {@code bias} and cuts at zero; makes the borders zero again. */
  void rectify(int channel, float bias) {
    float[] values = channels[channel];
    for (int image = 0; image < images; image++) {
      int border = row(image, -1);
      for (int x = 0; x <= size; x++) {
        values[border + x] = 0;
      }
      for (int y = 0; y < size; y++) {
        int row = row(image, y);
        for (int x = 0; x < size; x++) {
          values[row + x] = Math.max(0, values[row + x] + bias);
        }
        values[row + size] = 0;
      }
    }
  }

  /** Planes of half the size, each pixel the mean of 2 x 2; an odd last row and column is left. */
  PaddedPlanes halved() {
    PaddedPlanes half = new PaddedPlanes(channels.length, images, size / 2);
    for (int c = 0; c < channels.length; c++) {
      float[] from = channels[c];
      float[] into = half.channels[c];
      for (int image = 0; image < images; image++) {
        for (int y = 0; y < half.size; y++) {
          int upper = row(image, 2 * y);
          int lower = upper + stride();
          int row = half.row(image, y);
          for (int x = 0; x < half.size; x++) {
            float top = from[upper + 2 * x] + from[upper + 2 * x + 1];
            float bottom = from[lower + 2 * x] + from[lower + 2 * x + 1];
            into[row + x] = 0.25f * (top + bottom);
          }
        }
      }
    }
    return half;
  }

  /**
   * Writes the mean over the pixels of each channel of {@code image}, then the standard deviation
   * of each, at {@code at}.
   */
  void summarize(int image, float[] into, int at) {
    int pixels = size * size;
    for (int c = 0; c < channels.length; c++) {
      float[] values = channels[c];
      double sum = 0;
      double squares = 0;
      for (int y = 0; y < size; y++) {
        int row = row(image, y);
        for (int x = 0; x < size; x++) {
          double value = values[row + x];
          sum += value;
          squares += value * value;
        }
      }
      double mean = sum / pixels;
      into[at + c] = (float) mean;
      into[at + channels.length + c] =
          (float) Math.sqrt(Math.max(0, squares / pixels - mean * mean));
    }
  }

  private int row(int image, int y) {
    return FRONT + image * plane(size) + (y + 1) * stride();
  }
}
