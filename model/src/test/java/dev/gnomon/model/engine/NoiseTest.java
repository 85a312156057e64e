package dev.gnomon.model.engine;

import static dev.gnomon.model.engine.Noise.Purpose.NOISE;
import static dev.gnomon.model.engine.Noise.Purpose.TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class NoiseTest {
  private static final int MANY = 1 << 20;

  @Test
  void counterAndKeyAreLaidOutAsDocumented() {
    long seed = 0x1122334455667788L;
    long step = 0x99AABBCCDDEEFF00L;
    int[] block = new int[4];
    Philox.block(2, 1, 0xDDEEFF00, 0x99AABBCC, 0x55667788, 0x11223344, block);

    assertThat(Noise.words(seed, NOISE, step, 8, 4)).containsExactly(block);
  }

  @Test
  void normalsAreTheSameBitsForEver() {
    float[] normals = Noise.normals(7, NOISE, 3, 100_003);

    assertThat(Arrays.hashCode(normals)).isEqualTo(-63453817);
  }

  @Test
  void quantilesAgreeWithIndependentValues() {
    double[][]
        expected = { // word, root of erfc(-x / sqrt 2) / 2 = (word + 0.5) / 2^32 to 40 digits
      {0, -6.3379577545537893},
      {1, -6.1664295178197502},
      {1000, -5.0398511259687115},
      {300000000, -1.476915138469175},
      {322122547, -1.4395314704450153},
      {322122548, -1.4395314688002133},
      {2147483647, -2.9180993729166227e-10},
      {2147483648L, 2.9180993729166227e-10},
      {4000000000L, 1.4857137558957359},
      {4294967295L, 6.3379577545537893}
    };
    for (double[] point : expected) {
      double deviate = NormalQuantile.of((int) (long) point[0]);
      assertThat(deviate).isCloseTo(point[1], within(4e-16 * Math.abs(point[1])));
    }
  }

  @Test
  void quantilesAreOddAndRise() {
    double last = Double.NEGATIVE_INFINITY;
    for (long word = 0; word < 1L << 32; word += 65_521) {
      double here = NormalQuantile.of((int) word);
      assertThat(here).isGreaterThan(last).isEqualTo(-NormalQuantile.of(~(int) word));
      last = here;
    }
  }

  @Test
  void normalsHaveTheMomentsOfTheNormalDistribution() {
    double[] moments = new double[5];
    for (float n : Noise.normals(1, NOISE, 0, MANY)) {
      for (int power = 1; power <= 4; power++) {
        moments[power] += Math.pow(n, power) / MANY;
      }
    }
    // four standard errors of each sample moment: sqrt((E n^2p - (E n^p)^2) / MANY)
    assertThat(moments[1]).isCloseTo(0, within(4e-3));
    assertThat(moments[2]).isCloseTo(1, within(6e-3));
    assertThat(moments[3]).isCloseTo(0, within(16e-3));
    assertThat(moments[4]).isCloseTo(3, within(39e-3));
  }

  @Test
  void normalsHaveTheQuantilesOfTheNormalDistribution() {
    float[] sorted = Noise.normals(2, NOISE, 9, MANY);
    Arrays.sort(sorted);
    double[][] expected = { // probability, deviate
      {0.001, -3.0902323},
      {0.05, -1.6448536},
      {0.25, -0.6744898},
      {0.5, 0},
      {0.9, 1.2815516},
      {0.999, 3.0902323}
    };
    for (double[] point : expected) {
      double below = -1 - Arrays.binarySearch(sorted, Math.nextUp((float) point[1]));
      double standardError = Math.sqrt(point[0] * (1 - point[0]) / MANY);
      assertThat(Math.abs(below) / MANY).isCloseTo(point[0], within(4 * standardError));
    }
  }

  @Test
  void uniformsFillTheUnitIntervalEvenly() {
    int[] cells = new int[64];
    for (float u : Noise.uniforms(3, TIME, 1, MANY)) {
      assertThat(u).isGreaterThanOrEqualTo(0f).isLessThan(1f);
      cells[(int) (u * cells.length)]++;
    }
    double expected = (double) MANY / cells.length;
    double chiSquared = Arrays.stream(cells).mapToDouble(c -> sq(c - expected) / expected).sum();
    assertThat(chiSquared).isBetween(25.0, 120.0); // 63 degrees of freedom: p in (1e-5, 1 - 1e-5)
  }

  @Test
  void seedsPurposesAndStepsGiveUncorrelatedDraws() {
    float[] draw = Noise.normals(5, NOISE, 1, MANY);
    float[][] others = {
      Noise.normals(6, NOISE, 1, MANY),
      Noise.normals(5 + (1L << 32), NOISE, 1, MANY),
      Noise.normals(5, TIME, 1, MANY),
      Noise.normals(5, NOISE, 2, MANY),
      Noise.normals(5, NOISE, 1 + (1L << 32), MANY)
    };
    for (float[] other : others) {
      double correlation = 0;
      for (int i = 0; i < MANY; i++) {
        correlation += (double) draw[i] * other[i] / MANY;
      }
      assertThat(correlation).isCloseTo(0, within(4 / Math.sqrt(MANY)));
    }
  }

  @Property
  void aSliceEqualsThatPartOfTheWhole(
      @ForAll long seed,
      @ForAll long step,
      @ForAll @IntRange(max = 70) int offset,
      @ForAll @IntRange(max = 70) int count) {
    int end = offset + count;
    assertThat(Noise.normals(seed, NOISE, step, offset, count))
        .containsExactly(Arrays.copyOfRange(Noise.normals(seed, NOISE, step, end), offset, end));
    assertThat(Noise.uniforms(seed, TIME, step, offset, count))
        .containsExactly(Arrays.copyOfRange(Noise.uniforms(seed, TIME, step, end), offset, end));
  }

  @Property(tries = 100)
  void aSliceFarOutContinuesItsNeighbour(
      @ForAll @LongRange(min = 1L << 31, max = (1L << 34) - 10) long offset) {
    int[] both = Noise.words(1, NOISE, 2, offset, 10);

    assertThat(Noise.words(1, NOISE, 2, offset + 3, 7))
        .containsExactly(Arrays.copyOfRange(both, 3, 10));
  }

  @Test
  void elementsBeyondTheCounterAreRefused() {
    assertThatThrownBy(() -> Noise.words(0, NOISE, 4, (1L << 34) - 1, 2))
        .hasMessageContaining("NOISE at step 4")
        .hasMessageContaining("2^34");
  }

  private static double sq(double x) {
    return x * x;
  }

  @Test
  void noTwoPurposesShareTheirNumbers() {
    assertThat(Noise.Purpose.values())
        .extracting(purpose -> Noise.uniforms(7, purpose, 0, 4)[0])
        .doesNotHaveDuplicates();
  }
}
