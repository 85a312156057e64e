package dev.gnomon.model.data;

/** A square picture that is read line by line. */
interface Lines {

  /** Values a pixel has: 1 (grey) or 3 (red, green, blue). */
  int bands();

  /** Writes the first [side, bands] of {@code into}: line {@code y}, values in [0, 255]. */
  void read(int y, float[] into);

  /**
   * A picture in an array of bytes.
   *
   * @param first index of each band's first value
   * @param lineStep from a line to the next
   * @param pixelStep from a pixel to the next
   * @param side pixels in a line
   */
  record OfBytes(byte[] bytes, int[] first, int lineStep, int pixelStep, int side)
      implements Lines {

    @Override
    public int bands() {
      return first.length;
    }

    @Override
    public void read(int y, float[] into) {
      int bands = first.length;
      int at = first[0] + y * lineStep;
      if (pixelStep == bands && first[bands - 1] - first[0] == bands - 1) { // already as wanted
        for (int i = 0; i < side * bands; i++) {
          into[i] = bytes[at + i] & 0xff;
        }
        return;
      }
      for (int band = 0; band < bands; band++) {
        at = first[band] + y * lineStep;
        for (int x = 0; x < side; x++) {
          into[x * bands + band] = bytes[at + x * pixelStep] & 0xff;
        }
      }
    }
  }

  /** Three bands as one, their ITU-R BT.601 luma. */
  record Luma(Lines colour, float[] line) implements Lines {

    /** The luma of a picture of {@code side} pixels in a line. */
    static Luma of(Lines colour, int side) {
      return new Luma(colour, new float[3 * side]);
    }

    @Override
    public int bands() {
      return 1;
    }

    @Override
    public void read(int y, float[] into) {
      colour.read(y, line);
      for (int i = 0; i < line.length; i += 3) {
        into[i / 3] = 0.299f * line[i] + 0.587f * line[i + 1] + 0.114f * line[i + 2];
      }
    }
  }
}
