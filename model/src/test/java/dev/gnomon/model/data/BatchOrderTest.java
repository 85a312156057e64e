package dev.gnomon.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class BatchOrderTest {

  @Property(tries = 300)
  void eachImageComesOnceAnEpoch(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 200) int images,
      @ForAll @IntRange(min = 1, max = 90) int batchSize,
      @ForAll @IntRange(max = 5) int epoch) {
    long[] row = row(new BatchOrder(seed, images, batchSize), 0, (epoch + 1) * images, batchSize);
    long[] ids = Arrays.copyOfRange(row, epoch * images, (epoch + 1) * images);
    assertThat(Arrays.stream(ids).sorted().toArray())
        .containsExactly(LongStream.range(0, images).toArray());
  }

  @Property(tries = 300)
  void aRunResumedAtAnyStepSeesTheSameBatches(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 200) int images,
      @ForAll @IntRange(min = 1, max = 90) int batchSize,
      @ForAll @LongRange(max = 60) long resumeAt) {
    BatchOrder untouched = new BatchOrder(seed, images, batchSize);
    BatchOrder resumed = new BatchOrder(seed, images, batchSize);
    for (long step = 0; step < resumeAt; step++) {
      untouched.ids(step);
    }
    for (long step = resumeAt; step < resumeAt + 8; step++) {
      assertThat(resumed.ids(step)).containsExactly(untouched.ids(step));
    }
  }

  @Property(tries = 100)
  void stepsMayBeAskedForInAnyOrder(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 50) int images,
      @ForAll @LongRange(max = 1_000_000_000_000L) long step,
      @ForAll @LongRange(max = 100) long other) {
    BatchOrder order = new BatchOrder(seed, images, 7);
    long[] first = order.ids(step);
    order.ids(other);
    assertThat(order.ids(step)).containsExactly(first);
  }

  @Example
  void epochsAndSeedsDiffer() {
    BatchOrder order = new BatchOrder(1, 1000, 1000);
    assertThat(order.ids(0)).isNotEqualTo(order.ids(1));
    assertThat(order.ids(0)).isNotEqualTo(new BatchOrder(2, 1000, 1000).ids(0));
  }

  /** Chi-squared of 24 orders over 24,000 epochs: above 50 with probability 0.001. */
  @Example
  void allOrdersOfFourImagesAreEquallyLikely() {
    BatchOrder order = new BatchOrder(5, 4, 4);
    int[] counts = new int[256];
    for (int epoch = 0; epoch < 24_000; epoch++) {
      long[] ids = order.ids(epoch);
      counts[(int) (ids[0] << 6 | ids[1] << 4 | ids[2] << 2 | ids[3])]++;
    }
    double chiSquared =
        Arrays.stream(counts).filter(n -> n > 0).mapToDouble(n -> (n - 1000.0) * (n - 1000)).sum()
            / 1000;
    assertThat(Arrays.stream(counts).filter(n -> n > 0)).hasSize(24);
    assertThat(chiSquared).isLessThan(50);
  }

  @Example
  void anEmptySetIsRefused() {
    assertThatThrownBy(() -> new BatchOrder(0, 0, 4)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> new BatchOrder(0, 4, 4).ids(-1)).hasMessageContaining("-1");
  }

  private static long[] row(BatchOrder order, long from, int ids, int batchSize) {
    return LongStream.rangeClosed(from, from + (ids - 1) / batchSize)
        .flatMap(step -> Arrays.stream(order.ids(step)))
        .toArray();
  }
}
