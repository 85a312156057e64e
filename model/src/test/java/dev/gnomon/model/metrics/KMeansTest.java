package dev.gnomon.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KMeansTest {

  @Test
  void separateBlobsAreFound() {
    int[] labels = new int[600];
    float[] rows = blobs(12, labels);

    KMeans.Clustering found = new KMeans(12, 1).fit(rows, 3);

    assertThat(ClusterAgreement.nmi(labels, found.codes())).isCloseTo(1, within(1e-12));
  }

  @Test
  void eachRowHasTheNearestCentreAndEachCentreIsTheMeanOfItsRows() {
    float[] rows = cloud(500, 4);
    KMeans.Clustering found = new KMeans(8, 2, 300, 3).fit(rows, 4);

    double[] sums = new double[8 * 4];
    int[] sizes = new int[8];
    double inertia = 0;
    for (int i = 0; i < 500; i++) {
      double[] distances = new double[8];
      for (int k = 0; k < 8; k++) {
        for (int j = 0; j < 4; j++) {
          double gap = rows[i * 4 + j] - found.centres()[k * 4 + j];
          distances[k] += gap * gap;
        }
      }
      int code = found.codes()[i];
      assertThat(distances[code]).isEqualTo(Arrays.stream(distances).min().orElseThrow());
      inertia += distances[code];
      sizes[code]++;
      for (int j = 0; j < 4; j++) {
        sums[code * 4 + j] += rows[i * 4 + j];
      }
    }
    for (int k = 0; k < 8; k++) {
      for (int j = 0; j < 4; j++) {
        assertThat(found.centres()[k * 4 + j]).isCloseTo(sums[k * 4 + j] / sizes[k], within(1e-9));
      }
    }
    assertThat(found.inertia()).isCloseTo(inertia, within(1e-9));
  }

  @Test
  void sameSeedGivesTheSameBitsAndAnotherSeedAnotherStart() {
    float[] rows = cloud(300, 2);
    KMeans.Clustering first = new KMeans(20, 1, 1, 5).fit(rows, 2);
    KMeans.Clustering again = new KMeans(20, 1, 1, 5).fit(rows, 2);
    KMeans.Clustering other = new KMeans(20, 1, 1, 6).fit(rows, 2);

    assertThat(again.centres()).isEqualTo(first.centres());
    assertThat(again.codes()).isEqualTo(first.codes());
    assertThat(other.centres()).isNotEqualTo(first.centres());
  }

  @Test
  void moreRestartsAreNeverWorse() {
    float[] rows = cloud(400, 3);
    double inertia = Double.POSITIVE_INFINITY;
    for (int restarts : new int[] {1, 3, 9}) {
      double next = new KMeans(25, restarts, 50, 0).fit(rows, 3).inertia();
      assertThat(next).isLessThanOrEqualTo(inertia);
      inertia = next;
    }
  }

  @Test
  void everyClusterIsUsedWhereThereAreEnoughDifferentRows() {
    Random random = new Random(12);
    float[] rows = new float[200];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.nextInt(800);
    }
    for (int seed = 0; seed < 20; seed++) { // from seed 11 a cluster loses all its rows
      KMeans.Clustering found = new KMeans(50, 1, 100, seed).fit(rows, 1);
      assertThat(Arrays.stream(found.codes()).distinct().count()).isEqualTo(50);
    }
  }

  @Test
  void fewerDifferentRowsThanClustersLeaveClustersEmpty() {
    float[] rows = {1, 1, 1, 2, 2, 2};
    KMeans.Clustering found = new KMeans(4, 0).fit(rows, 1);

    assertThat(found.inertia()).isZero();
    assertThat(Arrays.stream(found.codes()).distinct().count()).isEqualTo(2);
  }

  @Test
  void rowsThatCanNotBeClusteredAreRefused() {
    assertThatThrownBy(() -> new KMeans(0, 1)).hasMessageContaining("got 0");
    assertThatThrownBy(() -> new KMeans(3, 1).fit(new float[2], 1))
        .hasMessageContaining("2 rows do not make 3 clusters");
    assertThatThrownBy(() -> new KMeans(1, 1).fit(new float[] {0, Float.NaN}, 1))
        .hasMessageContaining("row 1");
    assertThatThrownBy(() -> new KMeans(1, 1).fit(new float[5], 2))
        .hasMessageContaining("5 numbers");
  }

  private static float[] blobs(int kinds, int[] labels) {
    Random random = new Random(11);
    float[] rows = new float[labels.length * 3];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % kinds;
      for (int j = 0; j < 3; j++) {
        rows[i * 3 + j] = 10 * ((labels[i] >> j) % 2) + 30 * (labels[i] / 8);
        rows[i * 3 + j] += (float) random.nextGaussian();
      }
    }
    return rows;
  }

  private static float[] cloud(int count, int dimensions) {
    Random random = new Random(12);
    float[] rows = new float[count * dimensions];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    return rows;
  }
}
