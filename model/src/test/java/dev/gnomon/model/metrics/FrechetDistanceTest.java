package dev.gnomon.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {

  @Test
  void equalCovariancesLeaveTheSquaredGapOfTheMeans() {
    double[] covariance = momentsOf(new Random(1), 50, 12, 3).covariance();
    double[] mean1 = new double[12];
    double[] mean2 = new double[12];
    double gap = 0;
    for (int i = 0; i < 12; i++) {
      mean2[i] = i - 4;
      gap += mean2[i] * mean2[i];
    }

    assertThat(FrechetDistance.between(mean1, covariance, mean2, covariance))
        .isCloseTo(gap, within(1e-9));
  }

  @Test
  void diagonalCovariancesHaveAClosedForm() {
    double[] a = {4, 0.25, 9, 0};
    double[] b = {1, 2.25, 0, 16};
    double[] mean1 = {0, 1, 2, 3};
    double[] mean2 = {1, 1, 0, 3};
    double expected = 0;
    for (int i = 0; i < 4; i++) {
      double spread = Math.sqrt(a[i]) - Math.sqrt(b[i]);
      expected += spread * spread + (mean1[i] - mean2[i]) * (mean1[i] - mean2[i]);
    }

    assertThat(FrechetDistance.between(mean1, diagonal(a), mean2, diagonal(b)))
        .isCloseTo(expected, within(1e-12));
  }

  @Test
  void setIsAtNoDistanceFromItselfWithFewerRowsThanDimensions() {
    Moments few = momentsOf(new Random(2), 20, 64, 1);

    assertThat(FrechetDistance.between(few, few)).isLessThan(1e-6).isNotNegative();
  }

  @Test
  void constantFeaturesAreAtTheirSquaredGap() {
    assertThat(
            FrechetDistance.between(
                new double[2], new double[4], new double[] {3, 4}, new double[4]))
        .isEqualTo(25);
  }

  @Test
  void featuresOfDifferentNetworksAreRefused() {
    Random random = new Random(3);
    Moments narrow = momentsOf(random, 10, 3, 1);
    Moments wide = momentsOf(random, 10, 4, 1);

    assertThatThrownBy(() -> FrechetDistance.between(narrow, wide))
        .hasMessageContaining("3 and 4 dimensions");
    assertThatThrownBy(() -> FrechetDistance.between(narrow, new Moments(3)))
        .hasMessageContaining("0 rows");
  }

  private static Moments momentsOf(Random random, int rows, int dimensions, double spread) {
    Moments moments = new Moments(dimensions);
    moments.add(random.doubles((long) rows * dimensions).map(x -> spread * (x - 0.5)).toArray());
    return moments;
  }

  private static double[] diagonal(double[] values) {
    double[] matrix = new double[values.length * values.length];
    for (int i = 0; i < values.length; i++) {
      matrix[i * values.length + i] = values[i];
    }
    return matrix;
  }
}
