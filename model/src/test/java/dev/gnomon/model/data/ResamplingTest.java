package dev.gnomon.model.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplingTest {

  /** Every output pixel is the formula's sum over the whole picture, in doubles. */
  @ParameterizedTest
  @CsvSource({"100,32", "41,17", "17,41", "5,1", "1,5", "3,2", "2,64", "23,23", "90,7"})
  void pixelsAreTheSumsOfTheFormula(int from, int to) {
    for (int bands : new int[] {1, 3}) {
      byte[] picture = new byte[from * from * bands];
      new Random(from).nextBytes(picture);
      int[] first = bands == 1 ? new int[] {0} : new int[] {0, 1, 2};
      Lines lines = new Lines.OfBytes(picture, first, from * bands, bands, from);
      byte[] planes = Resampling.between(from, to).apply(lines);
      double[][] weights = weights(from, to);
      for (int i = 0; i < planes.length; i++) {
        int band = i / (to * to);
        double sum = 0;
        for (int y = 0; y < from; y++) {
          for (int x = 0; x < from; x++) {
            int value = picture[(y * from + x) * bands + band] & 0xff;
            sum += weights[i / to % to][y] * weights[i % to][x] * value;
          }
        }
        double expected = Math.max(0, Math.min(255, sum));
        assertThat((planes[i] & 0xff) - expected).isBetween(-0.501, 0.501);
      }
    }
  }

  /** Pillow's: what the filter, widened where it shrinks, says of the centre of each pixel. */
  private static double[][] weights(int from, int to) {
    double scale = (double) from / to;
    double stretch = Math.max(scale, 1);
    double[][] weights = new double[to][from];
    for (int i = 0; i < to; i++) {
      double sum = 0;
      for (int j = 0; j < from; j++) {
        double distance = Math.abs(j + 0.5 - (i + 0.5) * scale) / stretch;
        sum += weights[i][j] = cubic(distance);
      }
      for (int j = 0; j < from; j++) {
        weights[i][j] /= sum;
      }
    }
    return weights;
  }

  private static double cubic(double x) {
    if (x >= 2) {
      return 0;
    }
    return x < 1 ? 1.5 * x * x * x - 2.5 * x * x + 1 : -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2;
  }
}
