package dev.gnomon.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClusterAgreementTest {

  @Test
  void otherNamesForTheSameClassesAreFullAgreement() {
    int[] labels = draws(1, 200, 7);
    int[] renamed = Arrays.stream(labels).map(label -> 1000 + 13 * label).toArray();

    assertThat(ClusterAgreement.nmi(labels, renamed)).isCloseTo(1, within(1e-12));
    assertThat(ClusterAgreement.ami(labels, renamed)).isCloseTo(1, within(1e-12));
    assertThat(ClusterAgreement.ari(labels, renamed)).isCloseTo(1, within(1e-12));
  }

  @Test
  void manyClustersThatSayNothingRaiseNmiButNotWhatIsAdjustedForChance() {
    int[] labels = draws(2, 1000, 10);
    int[] few = draws(3, 1000, 5);
    int[] many = draws(4, 1000, 100);

    assertThat(ClusterAgreement.nmi(labels, many))
        .isGreaterThan(5 * ClusterAgreement.nmi(labels, few))
        .isGreaterThan(0.1);
    assertThat(ClusterAgreement.ami(labels, few)).isCloseTo(0, within(0.02));
    assertThat(ClusterAgreement.ami(labels, many)).isCloseTo(0, within(0.02));
    assertThat(ClusterAgreement.ari(labels, few)).isCloseTo(0, within(0.02));
    assertThat(ClusterAgreement.ari(labels, many)).isCloseTo(0, within(0.02));
  }

  @Test
  void chanceIsTheMeanOverAllOrdersOfTheCodes() {
    int[] labels = {0, 0, 1, 1, 2};
    int[] codes = {0, 0, 0, 1, 1};
    double chance = sumOverOrders(labels, codes.clone(), 0) / 120;
    Contingency table = Contingency.of(labels, codes);
    double expected = (table.mutualInformation() - chance) / (table.meanEntropy() - chance);

    assertThat(ClusterAgreement.ami(labels, codes)).isCloseTo(expected, within(1e-12));
  }

  /** What adjusted_mutual_info_score (arithmetic mean) of scikit-learn 1.9.1 gives. */
  @Test
  void amiIsThatOfScikitLearn() {
    int[] a = {1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3};
    int[] b = {1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 1, 3, 3, 3, 2, 2};

    assertThat(Contingency.of(a, b).mutualInformation())
        .isCloseTo(0.4102186227404535, within(1e-12));
    assertThat(ClusterAgreement.ami(a, b)).isCloseTo(0.2782096465726981, within(1e-12));
  }

  @Test
  void oneClusterSaysNothingOfSeveralClasses() {
    int[] labels = draws(5, 50, 4);

    assertThat(ClusterAgreement.nmi(labels, new int[50])).isZero();
    assertThat(ClusterAgreement.ami(labels, new int[50])).isCloseTo(0, within(1e-12));
    assertThat(ClusterAgreement.ari(labels, new int[50])).isCloseTo(0, within(1e-12));
  }

  @Test
  void oneClusterOfOneClassIsFullAgreement() {
    assertThat(ClusterAgreement.nmi(new int[9], new int[9])).isOne();
    assertThat(ClusterAgreement.ami(new int[9], new int[9])).isOne();
    assertThat(ClusterAgreement.ari(new int[9], new int[9])).isOne();
  }

  @Test
  void imagesWithoutLabelOrCodeAreLeftOut() {
    int[] labels = {0, 0, 1, 1, -1, 0};
    int[] codes = {5, 5, 3, 3, 3, -1};

    assertThat(ClusterAgreement.nmi(labels, codes)).isCloseTo(1, within(1e-12));
    assertThat(ClusterAgreement.nmi(new int[] {-1, -1}, new int[] {0, 1})).isNaN();
    assertThat(ClusterAgreement.ami(new int[0], new int[0])).isNaN();
    assertThat(ClusterAgreement.ari(new int[0], new int[0])).isNaN();
  }

  @Test
  void weightsCountAsSharesOfWhatTheySumTo() {
    double[][] counts = {{30, 5, 0}, {2, 20, 3}};
    double[][] shares = {{0.5, 5 / 60.0, 0, 0}, {2 / 60.0, 20 / 60.0, 0.05, 0}, {0, 0, 0, 0}};
    int[] labels = new int[60];
    int[] codes = new int[60];
    int at = 0;
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < counts[i][j]; k++, at++) {
          labels[at] = i;
          codes[at] = j;
        }
      }
    }

    assertThat(ClusterAgreement.nmi(shares))
        .isCloseTo(ClusterAgreement.nmi(counts), within(1e-12))
        .isCloseTo(ClusterAgreement.nmi(labels, codes), within(1e-12));
  }

  @Test
  void listsAndTablesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> ClusterAgreement.nmi(new int[2], new int[3]))
        .hasMessageContaining("2 labels and 3 codes");
    assertThatThrownBy(() -> ClusterAgreement.nmi(new double[][] {{1, 2}, {1}}))
        .hasMessageContaining("row 1");
    assertThatThrownBy(() -> ClusterAgreement.nmi(new double[][] {{1, -2}}))
        .hasMessageContaining("(0, 1)");
  }

  /** Sum of the mutual information over the orders of codes from {@code at} on. */
  private static double sumOverOrders(int[] labels, int[] codes, int at) {
    if (at == codes.length) {
      return Contingency.of(labels, codes).mutualInformation();
    }
    double sum = 0;
    for (int i = at; i < codes.length; i++) {
      int[] swapped = codes.clone();
      swapped[at] = codes[i];
      swapped[i] = codes[at];
      sum += sumOverOrders(labels, swapped, at + 1);
    }
    return sum;
  }

  private static int[] draws(long seed, int count, int kinds) {
    return new Random(seed).ints(count, 0, kinds).toArray();
  }
}
