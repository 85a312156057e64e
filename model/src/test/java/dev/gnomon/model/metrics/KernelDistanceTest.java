package dev.gnomon.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KernelDistanceTest {

  /** k(0, 1) = 1, k(2, 3) = 343; across 1, 1, 27 and 64: 1 + 343 - 2 x 93 / 4. */
  @Test
  void twoRowsAgainstTwoComeOutAsByHand() {
    assertThat(new KernelDistance(1).between(new float[] {0, 1}, new float[] {2, 3}, 1))
        .isCloseTo(297.5, within(1e-12));
  }

  /** Within 1 and 8; across 27/8, 8, 27/8 and 1: 1 + 8 - 2 x 15.75 / 4. */
  @Test
  void theProductIsDividedByTheDimensions() {
    assertThat(new KernelDistance(1).between(new float[] {1, 0, 0, 1}, new float[] {1, 1, 2, 0}, 2))
        .isCloseTo(1.125, within(1e-12));
  }

  /**
   * The kernel is the inner product of all monomials up to the third degree, so sums over pairs are
   * squares of sums over rows: sum of k(x, y) over x and y = n^2 + 3 |S1|^2 / D + 3 |S2|^2 / D^2 +
   * |S3|^2 / D^3, with Sp the sum of the p-fold outer products of the rows.
   */
  @Test
  void theDistanceOfWholeSetsIsThatOfTheirThirdMoments() {
    int d = 3;
    int n = 40;
    float[] x = normals(1, n * d, 0.3);
    float[] y = normals(2, n * d, -0.2);
    double ownX = IntStream.range(0, n).mapToDouble(i -> pairs(x, i, i + 1, x, i, i + 1)).sum();
    double ownY = IntStream.range(0, n).mapToDouble(i -> pairs(y, i, i + 1, y, i, i + 1)).sum();
    double expected =
        (pairs(x, 0, n, x, 0, n) - ownX + pairs(y, 0, n, y, 0, n) - ownY) / (n * (n - 1.0))
            - 2 * pairs(x, 0, n, y, 0, n) / ((double) n * n);

    assertThat(new KernelDistance(1, n, 5).between(x, y, d)).isCloseTo(expected, within(1e-9));
  }

  /** N(m, 1) from N(0, 1): 3 m^2 + 3 (m^2)^2 + (m^3 + 3 m)^2 at D = 1. */
  @Test
  void gaussiansAreAtTheDistanceOfTheirMoments() {
    float[] here = normals(3, 20_000, 0);
    float[] there = normals(4, 20_000, 0.5);

    assertThat(new KernelDistance(20, 1000, 7).between(here, there, 1))
        .isCloseTo(3 * 0.25 + 3 * 0.0625 + 1.625 * 1.625, within(0.3));
  }

  @Test
  void setsThatAreAlikeScoreAboutNothingAndMayScoreBelow() {
    float[] rows = normals(5, 512 * 4, 0);
    float[] others = normals(6, 512 * 4, 0);

    assertThat(new KernelDistance(1, 512, 1).between(rows, rows, 4)).isNegative();
    for (long seed = 0; seed < 5; seed++) {
      assertThat(new KernelDistance(seed).between(rows, others, 4)).isCloseTo(0, within(0.05));
    }
  }

  @Test
  void noRowOfASubsetIsDrawnTwice() {
    float[] rows = {1, 2, 4, 8, 16, 32};
    float[] zeros = new float[6];
    double all = new KernelDistance(1, 6, 0).between(rows, zeros, 1);

    for (long seed = 1; seed < 20; seed++) { // with a row twice, these would differ
      assertThat(new KernelDistance(1, 6, seed).between(rows, zeros, 1))
          .isCloseTo(all, within(1e-6));
    }
  }

  @Test
  void theMeanOverSubsetsIsThatOfTheWholeSets() {
    float[] x = normals(7, 200, 0.4);
    float[] y = normals(8, 200, 0);
    double whole = new KernelDistance(1, 200, 0).between(x, y, 1);

    assertThat(new KernelDistance(20_000, 10, 0).between(x, y, 1)).isCloseTo(whole, within(0.1));
  }

  @Test
  void theSeedAloneSaysWhichRowsAreDrawn() {
    float[] x = normals(9, 300, 0);
    float[] y = normals(10, 300, 1);
    double drawn = new KernelDistance(4, 20, 1).between(x, y, 3);

    assertThat(new KernelDistance(4, 20, 1).between(x, y, 3)).isEqualTo(drawn);
    assertThat(new KernelDistance(4, 20, 2).between(x, y, 3)).isNotEqualTo(drawn);
  }

  @Test
  void setsThatAreTooSmallOrCutAreRefused() {
    KernelDistance distance = new KernelDistance(1);

    assertThatThrownBy(() -> distance.between(new float[3], new float[6], 3))
        .hasMessageContaining("a set of 1 rows");
    assertThatThrownBy(() -> distance.between(new float[6], new float[7], 3))
        .hasMessageContaining("7 numbers");
    assertThatThrownBy(() -> new KernelDistance(1, 1, 0)).hasMessageContaining("got 1 of 1");
  }

  /** Sum of the kernel over rows {@code a[from, to)} and {@code b[start, end)}, by moments. */
  private static double pairs(float[] a, int from, int to, float[] b, int start, int end) {
    int d = 3;
    double sum = (double) (to - from) * (end - start);
    for (int i = 0; i < d; i++) {
      sum += 3.0 / d * moment(a, from, to, i) * moment(b, start, end, i);
      for (int j = 0; j < d; j++) {
        sum += 3.0 / (d * d) * moment(a, from, to, i, j) * moment(b, start, end, i, j);
        for (int k = 0; k < d; k++) {
          sum += moment(a, from, to, i, j, k) * moment(b, start, end, i, j, k) / (d * d * d);
        }
      }
    }
    return sum;
  }

  /** Sum over rows of the product of these dimensions. */
  private static double moment(float[] rows, int from, int to, int... dimensions) {
    double sum = 0;
    for (int row = from; row < to; row++) {
      double product = 1;
      for (int dimension : dimensions) {
        product *= rows[row * 3 + dimension];
      }
      sum += product;
    }
    return sum;
  }

  private static float[] normals(long seed, int count, double mean) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (mean + random.nextGaussian());
    }
    return values;
  }
}
