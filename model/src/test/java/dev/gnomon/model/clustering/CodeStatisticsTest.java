package dev.gnomon.model.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.metrics.ClusterAgreement;
import org.junit.jupiter.api.Test;

class CodeStatisticsTest {

  private static final int[] FOUR = {0, 1, 1, 2};
  private static final int[] LABELS = {0, 1, -1, 0};

  @Test
  void countsAreOfCodesAgainstLabelsAndFadeBatchByBatch() {
    CodeStatistics statistics = new CodeStatistics(4, 2);
    statistics.add(FOUR, LABELS);
    assertThat(statistics.histogram()).containsExactly(1, 2, 1, 0);
    assertThat(statistics.contingency()) // one of code 1 has no label
        .isDeepEqualTo(new double[][] {{1, 0}, {0, 1}, {1, 0}, {0, 0}});
    statistics.add(FOUR, LABELS);
    statistics.add(FOUR, LABELS);
    double each = 1 + 0.99 + 0.99 * 0.99;
    assertThat(statistics.histogram())
        .containsExactly(new double[] {each, 2 * each, each, 0}, within(1e-12));
  }

  @Test
  void aCodeThatNobodyHasAnyMoreFadesToNothing() {
    CodeStatistics statistics = new CodeStatistics(3, 2);
    statistics.add(new int[] {2}, new int[] {1});
    for (int batch = 0; batch < 80_000; batch++) { // 0.99^80,000 is no double
      statistics.add(new int[] {0, 1}, new int[] {0, 1});
    }
    assertThat(statistics.histogram()[2]).isZero();
    assertThat(statistics.balance().effective()).isCloseTo(2, within(1e-9));
    assertThat(statistics.balance().dead()).isEqualTo(1);
    assertThat(ClusterAgreement.nmi(statistics.contingency())).isCloseTo(1, within(1e-9));
  }

  @Test
  void imagesOfSeveralCodesHaveOneLabel() {
    CodeStatistics statistics = new CodeStatistics(3, 2);
    statistics.add(new int[] {0, 0, 1, 2}, new int[] {1, 0});
    assertThat(statistics.contingency()).isDeepEqualTo(new double[][] {{0, 2}, {1, 0}, {1, 0}});
  }

  @Test
  void aLabelThatThereIsNotIsRefused() {
    CodeStatistics statistics = new CodeStatistics(30, 10);
    assertThatThrownBy(() -> statistics.add(new int[] {3}, new int[] {11}))
        .hasMessageContaining("label 11 of 10")
        .hasMessageContaining("gnomon.condition.classes");
  }

  @Test
  void whatIsSavedIsTakenUpAgain() {
    CodeStatistics statistics = new CodeStatistics(4, 2);
    statistics.add(FOUR, LABELS);
    CodeStatistics again = new CodeStatistics(4, 2);
    again.restore(statistics.save());
    assertThat(again.contingency()).isDeepEqualTo(statistics.contingency());
    assertThat(again.histogram()).isEqualTo(statistics.histogram());
    again.clear();
    assertThat(again.histogram()).containsOnly(0);
  }
}
