package dev.gnomon.model.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.data.DataException;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.metrics.ClusterAgreement;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KMeansTest {

  private static ComputeDevice device;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open("cpu", 1);
  }

  @AfterAll
  static void close() {
    device.close();
  }

  @Test
  void separateBlobsAreFound() {
    int[] labels = new int[600];
    float[] rows = blobs(12, labels);

    KMeans.Clustering found = fit(new KMeans(12, 5, 100, 1), rows, 3);

    assertThat(ClusterAgreement.nmi(labels, found.codes())).isCloseTo(1, within(1e-12));
  }

  @Test
  void eachRowHasTheNearestCentreAndEachCentreIsTheMeanOfItsRows() {
    for (int n : new int[] {500, 5000}) { // one chunk, and two
      float[] rows = cloud(n, 4);
      KMeans.Clustering found = fit(new KMeans(8, 2, 300, 3), rows, 4);

      double[] sums = new double[8 * 4];
      int[] sizes = new int[8];
      double inertia = 0;
      for (int i = 0; i < n; i++) {
        double[] distances = distances(rows, i, found.centres(), 4);
        int code = found.codes()[i];
        assertThat(distances[code]).isCloseTo(least(distances), within(1e-6));
        inertia += distances[code];
        sizes[code]++;
        for (int j = 0; j < 4; j++) {
          sums[code * 4 + j] += rows[i * 4 + j];
        }
      }
      for (int i = 0; i < sums.length; i++) {
        assertThat((double) found.centres()[i]).isCloseTo(sums[i] / sizes[i / 4], within(1e-6));
      }
      assertThat(found.inertia()).isCloseTo(inertia, within(1e-6 * inertia));
    }
  }

  @Test
  void whereIterationsEndBeforeItSettlesCodesAreStillOfTheCentresThatAreGiven() {
    float[] rows = cloud(5000, 4);
    KMeans.Clustering found = fit(new KMeans(30, 3, 2, 3), rows, 4);
    double inertia = 0;
    for (int i = 0; i < 5000; i++) {
      double[] distances = distances(rows, i, found.centres(), 4);
      assertThat(distances[found.codes()[i]]).isCloseTo(least(distances), within(1e-6));
      inertia += distances[found.codes()[i]];
    }
    assertThat(found.inertia()).isCloseTo(inertia, within(1e-6 * inertia));
    assertThat(found.inertia())
        .isGreaterThan(fit(new KMeans(30, 3, 300, 3), rows, 4).inertia()); // it had not settled
  }

  @Test
  void sameSeedGivesTheSameBitsAndAnotherSeedAnotherStart() {
    float[] rows = cloud(300, 2);
    KMeans.Clustering first = fit(new KMeans(20, 1, 1, 5), rows, 2);
    KMeans.Clustering again = fit(new KMeans(20, 1, 1, 5), rows, 2);
    KMeans.Clustering other = fit(new KMeans(20, 1, 1, 6), rows, 2);

    assertThat(again.centres()).isEqualTo(first.centres());
    assertThat(again.codes()).isEqualTo(first.codes());
    assertThat(other.centres()).isNotEqualTo(first.centres());
  }

  @Test
  void moreRestartsAreNeverWorse() {
    float[] rows = cloud(400, 3);
    double inertia = Double.POSITIVE_INFINITY;
    for (int restarts : new int[] {1, 3, 9}) {
      double next = fit(new KMeans(25, restarts, 50, 0), rows, 3).inertia();
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
      KMeans.Clustering found = fit(new KMeans(50, 1, 100, seed), rows, 1);
      assertThat(Arrays.stream(found.codes()).distinct().count()).isEqualTo(50);
    }
  }

  @Test
  void fewerDifferentRowsThanClustersLeaveClustersEmpty() {
    float[] rows = {1, 1, 1, 2, 2, 2};
    KMeans.Clustering found = fit(new KMeans(4, 5, 100, 0), rows, 1);

    assertThat(found.inertia()).isZero();
    assertThat(Arrays.stream(found.codes()).distinct().count()).isEqualTo(2);
  }

  @Test
  void directionsAloneCountWhereRowsAreNormalised() {
    Rows rows = Rows.of(new float[] {1, 0, 9, 0, 0, 2, 0, 30}, 2).normalised();
    int[] codes = new KMeans(2, 3, 20, 0).fit(device, rows, iteration -> {}).codes();
    assertThat(codes[0]).isEqualTo(codes[1]).isNotEqualTo(codes[2]);
    assertThat(codes[2]).isEqualTo(codes[3]);
  }

  @Test
  void groupsAreFoundAmongMoreRowsThanStartsAreDrawnFrom() {
    int n = 20_000;
    float[] rows = Noise.normals(1, Noise.Purpose.SHAPES, 0, n * 3);
    int[] groups = new int[n];
    for (int i = 0; i < n; i++) {
      groups[i] = i % 8;
      for (int j = 0; j < 3; j++) {
        rows[3 * i + j] += (groups[i] >> j & 1) * 20;
      }
    }
    int[] codes = fit(new KMeans(8, 2, 100, 4), rows, 3).codes();
    assertThat(ClusterAgreement.ari(groups, codes)).isEqualTo(1);
  }

  @Test
  void rowsThatCanNotBeClusteredAreRefused() {
    assertThatThrownBy(() -> new KMeans(0, 5, 100, 1)).hasMessageContaining("got 0");
    assertThatThrownBy(() -> fit(new KMeans(3, 5, 100, 1), new float[2], 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2 images do not make 3 clusters");
    assertThatThrownBy(() -> fit(new KMeans(1, 5, 100, 1), new float[] {0, Float.NaN}, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("row 1");
    assertThatThrownBy(() -> fit(new KMeans(1, 5, 100, 1), new float[5], 2))
        .hasMessageContaining("5 numbers");
  }

  @Test
  void nothingStaysOnTheDeviceWhereRowsCanNoLongerBeRead() {
    fit(new KMeans(2, 1, 1, 0), new float[] {1, 2, 3}, 1);
    long before = NativeArrays.live();
    Rows failing =
        new Rows() {
          private int calls;

          @Override
          public int count() {
            return 5;
          }

          @Override
          public int dimensions() {
            return 1;
          }

          @Override
          public void read(int from, int to, float[] into) {
            if (++calls > 7) { // all of them once, each as a start, and then no more
              throw new DataException("gone");
            }
            for (int i = from; i < to; i++) {
              into[i - from] = i;
            }
          }
        };
    assertThatThrownBy(() -> new KMeans(2, 9, 9, 0).fit(device, failing, iteration -> {}))
        .hasMessage("gone");
    assertThat(NativeArrays.live()).isEqualTo(before);
  }

  private static KMeans.Clustering fit(KMeans kMeans, float[] rows, int dimensions) {
    return kMeans.fit(device, Rows.of(rows, dimensions), iteration -> {});
  }

  /** Squared distances of a row to all centres. */
  private static double[] distances(float[] rows, int row, float[] centres, int d) {
    double[] distances = new double[centres.length / d];
    for (int i = 0; i < centres.length; i++) {
      double gap = rows[row * d + i % d] - centres[i];
      distances[i / d] += gap * gap;
    }
    return distances;
  }

  private static double least(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
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
