package dev.gnomon.model.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.data.DataException;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.metrics.ClusterAgreement;
import dev.gnomon.model.metrics.KMeans;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StreamedKMeansTest {

  private static final StreamedKMeans.Progress SILENT = iteration -> {};

  private record Held(float[] values, int dimensions) implements Rows {
    @Override
    public int count() {
      return values.length / dimensions;
    }

    @Override
    public void read(int from, int to, float[] into) {
      System.arraycopy(values, from * dimensions, into, 0, (to - from) * dimensions);
    }
  }

  @Test
  void findsWhatKMeansInMemoryFinds() {
    for (long seed = 0; seed < 6; seed++) {
      int iterations = seed < 3 ? 50 : 3; // enough to settle, and not
      float[] rows = Noise.normals(seed, Noise.Purpose.SHAPES, 0, 700 * 6);
      KMeans.Clustering expected = new KMeans(9, 3, iterations, seed).fit(rows, 6);
      StreamedKMeans.Clustering found =
          fit(new StreamedKMeans(9, 3, iterations, seed), new Held(rows, 6));
      assertThat(found.codes()).isEqualTo(expected.codes());
      assertThat(found.inertia()).isCloseTo(expected.inertia(), within(1e-9 * found.inertia()));
      for (int i = 0; i < found.centres().length; i++) {
        assertThat((double) found.centres()[i]).isCloseTo(expected.centres()[i], within(1e-6));
      }
    }
  }

  @Test
  void findsGroupsAmongRowsOfManyChunks() {
    int n = 20_000; // more than starts are drawn from
    float[] rows = Noise.normals(1, Noise.Purpose.SHAPES, 0, n * 3);
    int[] groups = new int[n];
    for (int i = 0; i < n; i++) {
      groups[i] = i % 8;
      for (int j = 0; j < 3; j++) {
        rows[3 * i + j] += (groups[i] >> j & 1) * 20;
      }
    }
    int[] codes = fit(new StreamedKMeans(8, 2, 100, 4), new Held(rows, 3)).codes();
    assertThat(ClusterAgreement.ari(groups, codes)).isEqualTo(1);
  }

  @Test
  void everyClusterIsUsedWhereThereAreThatManyRows() {
    float[] rows = {0, 0, 0, 0, 0, 1, 2, 3};
    int[] codes = fit(new StreamedKMeans(4, 1, 20, 3), new Held(rows, 1)).codes();
    assertThat(Arrays.stream(codes).distinct().count()).isEqualTo(4);
  }

  @Test
  void directionsAloneCountWhereRowsAreNormalised() {
    float[] rows = {1, 0, 9, 0, 0, 2, 0, 30};
    int[] codes = fit(new StreamedKMeans(2, 3, 20, 0), new Held(rows, 2).normalised()).codes();
    assertThat(codes[0]).isEqualTo(codes[1]).isNotEqualTo(codes[2]);
    assertThat(codes[2]).isEqualTo(codes[3]);
  }

  @Test
  void fewerRowsThanClustersAreRefusedAndNothingStaysOnTheDevice() {
    assertThatThrownBy(() -> fit(new StreamedKMeans(3, 1, 1, 0), new Held(new float[2], 1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2 images do not make 3 clusters");
    fit(new StreamedKMeans(2, 1, 1, 0), new Held(new float[] {1, 2, 3}, 1));
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
            if (++calls > 8) {
              throw new DataException("gone");
            }
            for (int i = from; i < to; i++) {
              into[i - from] = i;
            }
          }
        };
    assertThatThrownBy(() -> fit(new StreamedKMeans(2, 9, 9, 0), failing)).hasMessage("gone");
    assertThat(NativeArrays.live()).isEqualTo(before);
  }

  private static StreamedKMeans.Clustering fit(StreamedKMeans kMeans, Rows rows) {
    try (ComputeDevice device = ComputeDevice.open("cpu", 1)) {
      return kMeans.fit(device, rows, SILENT);
    }
  }
}
