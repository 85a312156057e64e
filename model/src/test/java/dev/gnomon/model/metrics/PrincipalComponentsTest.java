package dev.gnomon.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.engine.NativeArrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrincipalComponentsTest {

  /** Rows of variances 9 and 4 along two directions of a space of four, and 0.01 along the rest. */
  private static float[] rows(int n) {
    double[][] directions = {
      {0.5, 0.5, 0.5, 0.5}, {0.5, -0.5, 0.5, -0.5}, {0.5, 0.5, -0.5, -0.5}, {0.5, -0.5, -0.5, 0.5}
    };
    double[] deviations = {3, 2, 0.1, 0.1};
    Random random = new Random(4);
    float[] rows = new float[4 * n];
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < 4; d++) {
        double length = deviations[d] * random.nextGaussian();
        for (int j = 0; j < 4; j++) {
          rows[4 * i + j] += (float) (length * directions[d][j] + 10.0 / 4);
        }
      }
    }
    return rows;
  }

  @Test
  void aRowLiesWhereItsLargestDirectionsPutIt() {
    float[] rows = rows(4000);
    PrincipalComponents map = PrincipalComponents.of(rows, 4);
    assertThat(map.shares()[0]).isCloseTo(9 / 13.02, within(0.02));
    assertThat(map.shares()[1]).isCloseTo(4 / 13.02, within(0.02));
    double[] sides = new double[2];
    double[] sums = new double[4]; // of squares, and of means
    for (int i = 0; i < 4000; i++) {
      double first = 0.5 * (rows[4 * i] + rows[4 * i + 1] + rows[4 * i + 2] + rows[4 * i + 3]) - 20;
      double second = 0.5 * (rows[4 * i] - rows[4 * i + 1] + rows[4 * i + 2] - rows[4 * i + 3]);
      sides[0] += first * map.coordinates()[2 * i];
      sides[1] += second * map.coordinates()[2 * i + 1];
      for (int c = 0; c < 2; c++) {
        sums[c] += map.coordinates()[2 * i + c] * map.coordinates()[2 * i + c] / 4000;
        sums[2 + c] += map.coordinates()[2 * i + c] / 4000;
      }
    }
    assertThat(Math.abs(sides[0]) / 4000).isCloseTo(9, within(0.4));
    assertThat(Math.abs(sides[1]) / 4000).isCloseTo(4, within(0.2));
    assertThat(sums[0]).isCloseTo(9, within(0.4));
    assertThat(sums[1]).isCloseTo(4, within(0.2));
    assertThat(sums[2]).isCloseTo(0, within(1e-9));
    assertThat(sums[3]).isCloseTo(0, within(1e-9));
  }

  @Test
  void theFarthestRowOfAComponentIsPositive() {
    float[] rows = {0, 0, 0, 0, -9, 1, 1, 0};
    PrincipalComponents map = PrincipalComponents.of(rows, 2);
    assertThat(map.coordinates()[4]).isPositive();
    for (int i = 0; i < rows.length; i++) {
      rows[i] = -rows[i];
    }
    assertThat(PrincipalComponents.of(rows, 2).coordinates()[4]).isPositive();
  }

  @Test
  void rowsThatAreAllTheSameHaveNoSpread() {
    PrincipalComponents map = PrincipalComponents.of(new float[] {1, 2, 1, 2, 1, 2}, 2);
    assertThat(map.coordinates()).containsOnly(0);
    assertThat(map.shares()).containsExactly(0, 0);
  }

  @Test
  void whatHasNoPlaneIsRefusedAndNothingStaysBehind() {
    long before = NativeArrays.live();
    PrincipalComponents.of(rows(10), 4);
    assertThat(NativeArrays.live()).isEqualTo(before);
    assertThatThrownBy(() -> PrincipalComponents.of(new float[] {1, 2}, 2))
        .hasMessageContaining("components need two rows of two dimensions");
    assertThatThrownBy(() -> PrincipalComponents.of(new float[] {1, 2, Float.NaN, 3}, 2))
        .hasMessageContaining("row 1 has NaN in dimension 0");
  }
}
