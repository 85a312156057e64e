package dev.gnomon.model.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.ComputeDevice;
import java.util.ArrayList;
import java.util.Arrays;
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

  @Property(tries = 100)
  void workersWithAShareOfTheBatchEachThatSumTheirRowTotalsFindTheSameCodes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int workers,
      @ForAll @IntRange(min = 1, max = 8) int share,
      @ForAll @IntRange(min = 1, max = 12) int prototypes,
      @ForAll @IntRange(min = 1, max = 4) int iterations) {
    double[] scores = scores(seed, workers * share, prototypes);
    double[] q = codes(scores, workers * share, EPSILON, iterations);
    assertClose(q, byWorkers(scores, workers, prototypes, iterations), 1e-12);
    assertClose(floatCodes(scores, workers * share, EPSILON, iterations), q, 1e-5);
  }

  @Property(tries = 100)
  void everySampleKeepsItsCodeHoweverSmallEpsilonIs(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int samples,
      @ForAll @IntRange(min = 1, max = 20) int prototypes,
      @ForAll @DoubleRange(min = 0.01, max = 0.03) double epsilon) {
    double[] q = floatCodes(scores(seed, samples, prototypes), samples, epsilon, ITERATIONS);
    for (int i = 0; i < samples; i++) {
      double sum = Arrays.stream(q, i * prototypes, (i + 1) * prototypes).sum();
      assertThat(sum).isCloseTo(1, within(1e-5));
    }
  }

  /**
   * The algorithm as many workers run it: each divides its own samples, and only the sums of rows
   * travel (SwAV's distributed_sinkhorn). Every line is that code's, on plain arrays.
   */
  private static double[] byWorkers(double[] scores, int workers, int prototypes, int iterations) {
    int share = scores.length / workers;
    double[][] q = new double[workers][share];
    double total = 0;
    for (int i = 0; i < scores.length; i++) {
      q[i / share][i % share] = Math.exp(scores[i] / EPSILON);
      total += q[i / share][i % share];
    }
    int samples = scores.length / prototypes;
    for (int iteration = 0; iteration < iterations; iteration++) {
      double[] totals = new double[prototypes];
      for (double[] own : q) {
        for (int i = 0; i < share; i++) {
          own[i] /= iteration == 0 ? total : 1;
          totals[i % prototypes] += own[i];
        }
      }
      for (double[] own : q) {
        for (int i = 0; i < share; i++) {
          own[i] /= totals[i % prototypes] * prototypes;
        }
        for (int sample = 0; sample < share; sample += prototypes) {
          double sum = Arrays.stream(own, sample, sample + prototypes).sum();
          for (int k = sample; k < sample + prototypes; k++) {
            own[k] /= sum * samples;
          }
        }
      }
    }
    return Arrays.stream(q).flatMapToDouble(Arrays::stream).map(value -> value * samples).toArray();
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

  private static double[] floatCodes(double[] scores, int samples, double epsilon, int iterations) {
    float[] narrowed = new float[scores.length];
    for (int i = 0; i < scores.length; i++) {
      narrowed[i] = (float) scores[i];
    }
    try (NDManager scope = device.scope()) {
      NDArray array = scope.create(narrowed).reshape(samples, scores.length / samples);
      float[] q = sinkhorn.codes(scope, array, epsilon, iterations).toFloatArray();
      return IntStream.range(0, q.length).mapToDouble(i -> q[i]).toArray();
    }
  }

  private static void assertClose(double[] ours, double[] expected, double tolerance) {
    assertThat(ours).hasSameSizeAs(expected);
    for (int i = 0; i < ours.length; i++) {
      assertThat(ours[i]).isCloseTo(expected[i], within(tolerance));
    }
  }
}
