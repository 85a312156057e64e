package dev.gnomon.model.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.ComputeDevice;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SinkhornKnoppTest {

  private static final double[][] SCORES = {
    {.9, .1, 0}, {.8, .2, .1}, {.7, .6, 0}, {.1, .2, .3}, {.5, .5, .4}, {.6, .1, .2}
  };

  private static ComputeDevice device;
  private static SinkhornKnopp sinkhorn;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open("cpu", 1);
    sinkhorn = new SinkhornKnopp(device);
  }

  @AfterAll
  static void close() {
    sinkhorn.close();
    device.close();
  }

  @Test
  void theWorkedExampleComesOut() {
    double[][] q = codes(SCORES, 0.05, 3);
    double[][] expected = {
      {.999640, .000149, .000211},
      {.980708, .007994, .011297},
      {.005538, .994398, .000064},
      {.000001, .012795, .987204},
      {.000312, .414269, .585419},
      {.175209, .010553, .814238}
    };
    for (int i = 0; i < 6; i++) {
      for (int k = 0; k < 3; k++) {
        assertThat(q[i][k]).isCloseTo(expected[i][k], within(1e-6));
      }
    }
    assertThat(crossEntropy(q)).isCloseTo(1.1075060453, within(1e-9));
    assertThat(crossEntropy(codes(SCORES, 0.5, 3))).isCloseTo(2.4491095706, within(1e-9));
  }

  @Test
  void aConstantOnAllScoresChangesNothingAndOneOnARowDoes() {
    double[][] q = codes(SCORES, 0.05, 3);
    assertThat(distance(codes(shifted(6, s -> s + 7), 0.05, 3), q)).isLessThan(1e-12);
    assertThat(distance(codes(shifted(1, s -> s + 0.5), 0.05, 3), q)).isGreaterThan(1e-3);
    assertThat(distance(codes(shifted(1, s -> s + 0.5), 0.05, 3000), codes(SCORES, 0.05, 3000)))
        .isLessThan(1e-6);
  }

  @Test
  void aPrototypeFarFromEverySampleStaysEmptyInsteadOfNaN() {
    double[][] q = codes(new double[][] {{1, -1}, {1, -1}, {0.9, -1}}, 0.001, 3);
    for (double[] row : q) {
      assertThat(row[0] + row[1]).isCloseTo(1, within(1e-12));
    }
  }

  /**
   * Scores 160 apart over epsilon: in fp32 the second sample's own sum would be 0 beside the first.
   */
  @Test
  void aSampleFarFromEveryPrototypeKeepsItsCode() {
    double[][] scores = {{0.8, 0.7}, {-0.8, -0.79}};
    double[][] q = codes(scores, 0.01, 3);
    try (NDManager scope = device.scope()) {
      NDArray array = scope.create(new float[] {0.8f, 0.7f, -0.8f, -0.79f}).reshape(2, 2);
      float[] narrow = sinkhorn.codes(scope, array, 0.01, 3).toFloatArray();
      for (int i = 0; i < 4; i++) {
        assertThat(narrow[i]).isCloseTo((float) q[i / 2][i % 2], within(1e-4f));
      }
    }
    assertThat(q[1][0] + q[1][1]).isCloseTo(1, within(1e-12));
  }

  private static double[][] shifted(int rows, DoubleUnaryOperator by) {
    double[][] scores = new double[6][3];
    for (int i = 0; i < 6; i++) {
      for (int k = 0; k < 3; k++) {
        scores[i][k] = i < rows ? by.applyAsDouble(SCORES[i][k]) : SCORES[i][k];
      }
    }
    return scores;
  }

  private static double[][] codes(double[][] scores, double epsilon, int iterations) {
    int k = scores[0].length;
    double[] flat = new double[scores.length * k];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = scores[i / k][i % k];
    }
    try (NDManager scope = device.scope()) {
      NDArray array = scope.create(flat).reshape(scores.length, k);
      double[] q = sinkhorn.codes(scope, array, epsilon, iterations).toDoubleArray();
      double[][] rows = new double[scores.length][k];
      for (int i = 0; i < q.length; i++) {
        rows[i / k][i % k] = q[i];
      }
      return rows;
    }
  }

  /** Mean cross entropy against softmax(scores / 0.1). */
  private static double crossEntropy(double[][] q) {
    double sum = 0;
    for (int i = 0; i < 6; i++) {
      double total = 0;
      for (double s : SCORES[i]) {
        total += Math.exp(s / 0.1);
      }
      for (int k = 0; k < 3; k++) {
        sum -= q[i][k] * (SCORES[i][k] / 0.1 - Math.log(total));
      }
    }
    return sum / 6;
  }

  private static double distance(double[][] a, double[][] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < a[i].length; k++) {
        largest = Math.max(largest, Math.abs(a[i][k] - b[i][k]));
      }
    }
    return largest;
  }
}
