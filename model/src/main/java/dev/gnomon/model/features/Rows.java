package dev.gnomon.model.features;

/** Rows of finite numbers, more of them than memory may hold. Thread-safe. */
public interface Rows {

  /** Number of rows. */
  int count();

  /** Numbers in a row, D. */
  int dimensions();

  /**
   * Reads rows {@code from} to {@code to}, exclusive.
   *
   * @param into [to - from, D] and more
   */
  void read(int from, int to, float[] into);

  /** Rows that lie in memory, [n, dimensions]. */
  static Rows of(float[] rows, int dimensions) {
    if (dimensions < 1 || rows.length % dimensions != 0) {
      throw new IllegalArgumentException(
          "%d numbers are not whole rows of %d dimensions".formatted(rows.length, dimensions));
    }
    return new Rows() {
      @Override
      public int count() {
        return rows.length / dimensions;
      }

      @Override
      public int dimensions() {
        return dimensions;
      }

      @Override
      public void read(int from, int to, float[] into) {
        System.arraycopy(rows, from * dimensions, into, 0, (to - from) * dimensions);
      }
    };
  }

  /** These rows, each brought to length 1; a row of zeros stays one. */
  default Rows normalised() {
    Rows whole = this;
    return new Rows() {
      @Override
      public int count() {
        return whole.count();
      }

      @Override
      public int dimensions() {
        return whole.dimensions();
      }

      @Override
      public void read(int from, int to, float[] into) {
        whole.read(from, to, into);
        int d = dimensions();
        for (int row = 0; row < to - from; row++) {
          double squares = 0;
          for (int j = row * d; j < (row + 1) * d; j++) {
            squares += (double) into[j] * into[j];
          }
          double length = squares == 0 ? 1 : Math.sqrt(squares);
          for (int j = row * d; j < (row + 1) * d; j++) {
            into[j] = (float) (into[j] / length);
          }
        }
      }
    };
  }
}
