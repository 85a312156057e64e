package dev.gnomon.model.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.ComputeDevice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What holds of the codes of any scores in [-1, 1], [B, K], in float64 (METHOD 13). */
class SinkhornPropertyTest {

  private static final double EPSILON = 0.05;
  private static final int ITERATIONS = 3;

  private static ComputeDevice device;
  private static SinkhornKnopp sinkhorn;

  @BeforeContainer
  static void open() {
    device = ComputeDevice.open("cpu", 1);
    sinkhorn = new SinkhornKnopp(device);
  }

  @AfterContainer
  static void close() {
    sinkhorn.close();
    device.close();
  }

  @Property(tries = 200)
  void theCodeOfEachSampleSumsToOne(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int samples,
      @ForAll @IntRange(min = 1, max = 20) int prototypes,
      @ForAll @DoubleRange(min = 0.03, max = 2) double epsilon,
      @ForAll @IntRange(min = 1, max = 6) int iterations) {
    double[] q = codes(scores(seed, samples, prototypes), samples, epsilon, iterations);
    for (int i = 0; i < samples; i++) {
      double sum = 0;
      for (int k = 0; k < prototypes; k++) {
        assertThat(q[i * prototypes + k]).isNotNegative();
        sum += q[i * prototypes + k];
      }
      assertThat(sum).isCloseTo(1, within(1e-12));
    }
  }

  @Property(tries = 200)
  void aConstantOnAllScoresChangesNothing(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 30) int samples,
      @ForAll @IntRange(min = 1, max = 12) int prototypes,
      @ForAll @DoubleRange(min = -100, max = 100) double constant) {
    double[] scores = scores(seed, samples, prototypes);
    double[] shifted = scores.clone();
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] += constant;
    }
    assertClose(
        codes(shifted, samples, EPSILON, ITERATIONS),
        codes(scores, samples, EPSILON, ITERATIONS),
        1e-9); // rounding of scores near 100, times 20
  }

  @Property(tries = 100)
  void aConstantOnOneSampleIsForgottenAtConvergenceOnly(
      @ForAll long seed,
      @ForAll @IntRange(min = 6, max = 20) int samples,
      @ForAll @IntRange(min = 3, max = 8) int prototypes,
      @ForAll @DoubleRange(min = 0.3, max = 1) double constant) {
    double[] scores = scores(seed, samples, prototypes);
    double[] shifted = scores.clone();
    for (int k = 0; k < prototypes; k++) {
      shifted[k] += constant;
    }
    double[] early = codes(scores, samples, 0.3, ITERATIONS);
    double[] earlyShifted = codes(shifted, samples, 0.3, ITERATIONS);
    double largest =
        IntStream.range(0, early.length)
            .mapToDouble(i -> Math.abs(early[i] - earlyShifted[i]))
            .max()
            .orElseThrow();
    assertThat(largest).isGreaterThan(1e-7);
    assertClose(codes(shifted, samples, 0.3, 500), codes(scores, samples, 0.3, 500), 1e-9);
  }

  @Property(tries = 200)
  void samplesAndPrototypesInAnotherOrderHaveTheSameCodesInThatOrder(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 30) int samples,
      @ForAll @IntRange(min = 1, max = 12) int prototypes) {
    Random random = new Random(seed ^ 0x5eed);
    int[] rows = order(random, samples);
    int[] columns = order(random, prototypes);
    double[] scores = scores(seed, samples, prototypes);
    assertClose(
        codes(turned(scores, rows, columns), samples, EPSILON, ITERATIONS),
        turned(codes(scores, samples, EPSILON, ITERATIONS), rows, columns),
        1e-12);
  }

  private static double[] scores(long seed, int samples, int prototypes) {
    return new Random(seed).doubles((long) samples * prototypes, -1, 1).toArray();
  }

  private static int[] order(Random random, int count) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(order, random);
    return order.stream().mapToInt(i -> i).toArray();
  }

  private static double[] turned(double[] values, int[] rows, int[] columns) {
    double[] turned = new double[values.length];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < columns.length; k++) {
        turned[i * columns.length + k] = values[rows[i] * columns.length + columns[k]];
      }
    }
    return turned;
  }

  private static double[] codes(double[] scores, int samples, double epsilon, int iterations) {
    try (NDManager scope = device.scope()) {
      NDArray array = scope.create(scores).reshape(samples, scores.length / samples);
      return sinkhorn.codes(scope, array, epsilon, iterations).toDoubleArray();
    }
  }

  private static void assertClose(double[] ours, double[] expected, double tolerance) {
    assertThat(ours).hasSameSizeAs(expected);
    for (int i = 0; i < ours.length; i++) {
      assertThat(ours[i]).isCloseTo(expected[i], within(tolerance));
    }
  }
}
