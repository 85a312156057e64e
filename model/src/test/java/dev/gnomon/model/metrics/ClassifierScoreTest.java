package dev.gnomon.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The score in closed forms. */
class ClassifierScoreTest {

  private static final double TINY = 1e-12;

  @Test
  void whoKnowsNothingScoresOne() {
    double[][] rows = new double[20][5];
    Arrays.stream(rows).forEach(row -> Arrays.fill(row, 0.2));
    ClassifierScore score = ClassifierScore.of(rows);
    assertThat(score.score()).isCloseTo(1, within(TINY));
    assertThat(score.sure()).isZero();
    assertThat(score.entropy()).isCloseTo(Math.log(5), within(TINY));
  }

  @Test
  void whoIsSureOfEveryClassEquallyOftenScoresTheirNumber() {
    double[][] rows = new double[20][5];
    for (int i = 0; i < rows.length; i++) {
      rows[i][i % 5] = 1;
    }
    ClassifierScore score = ClassifierScore.of(rows);
    assertThat(score.score()).isCloseTo(5, within(TINY));
    assertThat(score.sure()).isEqualTo(1);
  }

  @Test
  void whoIsSureOfOneClassAlwaysScoresOne() {
    double[][] rows = new double[20][5];
    Arrays.stream(rows).forEach(row -> row[3] = 1);
    assertThat(ClassifierScore.of(rows).score()).isCloseTo(1, within(TINY));
    assertThat(ClassifierScore.of(rows).entropy()).isCloseTo(0, within(TINY));
  }

  @Test
  void twoImagesByHand() {
    double[][] rows = {{0.9, 0.1}, {0.5, 0.5}}; // mean 0.7, 0.3
    double expected =
        Math.exp(
            (0.9 * Math.log(0.9 / 0.7)
                    + 0.1 * Math.log(0.1 / 0.3)
                    + 0.5 * Math.log(0.5 / 0.7)
                    + 0.5 * Math.log(0.5 / 0.3))
                / 2);
    assertThat(ClassifierScore.of(rows).score()).isCloseTo(expected, within(TINY));
    assertThat(ClassifierScore.of(rows).sure()).isEqualTo(0.5);
  }

  @Test
  void noImagesHaveNoScore() {
    assertThatThrownBy(() -> ClassifierScore.of(new double[0][]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
