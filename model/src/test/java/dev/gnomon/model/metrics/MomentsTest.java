package dev.gnomon.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MomentsTest {

  private static final int DIMENSIONS = 5;

  @Example
  void meanAndCovarianceAreThoseOfTheDefinition() {
    Moments moments = new Moments(2);
    moments.add(new double[] {1, 2, 3, 2, 5, 8});

    assertThat(moments.count()).isEqualTo(3);
    assertThat(moments.mean()).containsExactly(3, 4);
    assertThat(moments.covariance()).containsExactly(new double[] {4, 6, 6, 12}, within(1e-12));
  }

  @Example
  void anySplitMergesToTheSameMoments() {
    double[] rows = rows(700, 1e3);
    Moments whole = new Moments(DIMENSIONS);
    whole.add(rows);
    for (int[] cuts : new int[][] {{0}, {1}, {350}, {1, 2, 3, 699}, {64, 128}, {0, 700}}) {
      Moments merged = new Moments(DIMENSIONS);
      int from = 0;
      for (int cut : cuts) {
        merged = merged.merge(momentsOf(rows, from, cut));
        from = cut;
      }
      merged = momentsOf(rows, from, 700).merge(merged);

      assertThat(merged.count()).isEqualTo(700);
      assertThat(merged.mean()).containsExactly(whole.mean(), within(1e-9));
      assertThat(merged.covariance()).containsExactly(whole.covariance(), within(1e-9));
    }
  }

  @Property(tries = 100)
  void anySplitOfTheRowsGivesTheSameDistance(
      @ForAll long seed,
      @ForAll @IntRange(min = 6, max = 300) int count,
      @ForAll @Size(max = 6) List<@IntRange(max = 300) Integer> cuts) {
    double[] rows = rows(seed, count, 3);
    Moments other = momentsOf(rows(seed + 1, 50, 0), 0, 50);
    Moments merged = new Moments(DIMENSIONS);
    int from = 0;
    for (int cut : cuts.stream().map(cut -> Math.min(cut, count)).sorted().toList()) {
      merged = merged.merge(momentsOf(rows, from, cut));
      from = cut;
    }
    merged = momentsOf(rows, from, count).merge(merged);

    assertThat(FrechetDistance.between(merged, other))
        .isCloseTo(FrechetDistance.between(momentsOf(rows, 0, count), other), within(1e-9));
  }

  @Example
  void largeMeanCostsNoDigitsOfTheCovariance() {
    double[] rows = rows(300, 0);
    double[] shifted = Arrays.stream(rows).map(x -> x + 1e8).toArray();

    assertThat(momentsOf(shifted, 0, 300).covariance())
        .containsExactly(momentsOf(rows, 0, 300).covariance(), within(1e-6));
  }

  @Example
  void floatRowsCountAsTheirDoubles() {
    Moments narrow = new Moments(1);
    narrow.add(new float[] {0.1f, 0.7f});
    Moments wide = new Moments(1);
    wide.add(new double[] {0.1f, 0.7f});

    assertThat(narrow.covariance()).isEqualTo(wide.covariance());
  }

  @Example
  void mergingLeavesBothAsTheyWere() {
    Moments one = momentsOf(rows(10, 0), 0, 10);
    double[] before = one.covariance();
    one.merge(momentsOf(rows(20, 5), 0, 20));

    assertThat(one.count()).isEqualTo(10);
    assertThat(one.covariance()).isEqualTo(before);
  }

  @Example
  void rowsThatCanNotBeScoredAreNamed() {
    Moments moments = new Moments(2);

    assertThatThrownBy(() -> moments.add(new float[] {1, 2, 3, Float.NaN}))
        .hasMessageContaining("row 1")
        .hasMessageContaining("dimension 1");
    assertThatThrownBy(() -> moments.add(new float[3])).hasMessageContaining("3 numbers");
    assertThatThrownBy(moments::covariance).hasMessageContaining("0 rows");
    assertThatThrownBy(() -> moments.merge(new Moments(3))).hasMessageContaining("3 dimensions");
  }

  private static Moments momentsOf(double[] rows, int from, int to) {
    Moments moments = new Moments(DIMENSIONS);
    moments.add(Arrays.copyOfRange(rows, from * DIMENSIONS, to * DIMENSIONS));
    return moments;
  }

  private static double[] rows(int count, double shift) {
    return rows(7, count, shift);
  }

  private static double[] rows(long seed, int count, double shift) {
    Random random = new Random(seed);
    double[] rows = new double[count * DIMENSIONS];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = shift + random.nextGaussian() * (1 + i % DIMENSIONS);
    }
    return rows;
  }
}
