package dev.gnomon.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.engine.Noise.Purpose;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sinkhorn-Knopp over a batch and a queue of those before it, recomputed in plain doubles. */
class SinkhornQueueTest {

  private static final int WIDTH = 32;
  private static final int HIDDEN = WIDTH / 2;
  private static final int CODES = 5;
  private static final float[] TIMES = {0.85f, 0.45f, 0.95f, 0.1f, 0.7f, 0.3f, 0.05f, 0.99f};

  private static TrainingSettings settings(Source source, boolean masked, int queue) {
    return TinyRun.withQueue(TinyRun.settings(source, 1, 1), masked, queue);
  }

  private static Taps taps(long step) {
    float[] features = Noise.normals(5, Purpose.FEATURES, step, TinyRun.BATCH * WIDTH);
    return new Taps(step, features, TIMES, new int[TinyRun.BATCH], new int[0]);
  }

  @ParameterizedTest
  @CsvSource({"false,0", "false,1", "false,3", "true,2"})
  void codesAreBalancedOverBatchAndQueueOnceThatIsFull(boolean masked, int queue) {
    List<double[][]> earlier = new ArrayList<>();
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        AssignerState assigner =
            new AssignerState(device, settings(Source.BOOTSTRAP, masked, queue))) {
      for (long k = 0; k < 8; k++) {
        Taps taps = taps(k);
        WeightSet student = assigner.save().under("student.");
        double[][] embeddings = embeddings(student, taps.features());
        double[][] prototypes = table(student, "prototypes.weight", WIDTH);
        Arrays.stream(prototypes).forEach(SinkhornQueueTest::normalize);
        List<double[]> batch = new ArrayList<>();
        List<Integer> trained = new ArrayList<>();
        for (int i = 0; i < TIMES.length; i++) {
          boolean inMask = 1 - TIMES[i] > 0.1 && 1 - TIMES[i] < 0.6;
          if (inMask || !masked) {
            trained.add(inMask ? batch.size() : -1);
            batch.add(embeddings[i]);
          }
        }
        List<double[]> all = new ArrayList<>();
        if (earlier.size() == queue) {
          earlier.forEach(rows -> all.addAll(List.of(rows)));
        }
        int before = all.size();
        all.addAll(batch);
        double[][] q = sinkhorn(scores(all, prototypes));
        double loss = 0;
        for (int i = 0; i < batch.size(); i++) {
          if (trained.get(i) >= 0) {
            double[] score = scores(List.of(batch.get(i)), prototypes)[0];
            loss += crossEntropy(q[before + i], score) / TIMES.length;
          }
        }
        assertThat(assigner.step(taps).loss()).as("step " + k).isCloseTo(loss, within(1e-5));
        earlier.add(batch.toArray(double[][]::new));
        if (earlier.size() > queue) {
          earlier.remove(0);
        }
      }
    }
  }

  /** Balanced, it would have all prototypes alike, and learn to have no code. */
  @ParameterizedTest
  @CsvSource({"0", "2"})
  void aMaskedSampleThatIsAloneIsNotBalanced(int queue) {
    Taps taps = taps(0);
    float[] times = new float[TIMES.length]; // of noise alone, all but one
    times[3] = 0.7f;
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        AssignerState assigner =
            new AssignerState(device, settings(Source.BOOTSTRAP, true, queue))) {
      WeightSet student = assigner.save().under("student.");
      double[][] prototypes = table(student, "prototypes.weight", WIDTH);
      Arrays.stream(prototypes).forEach(SinkhornQueueTest::normalize);
      double[] score = scores(List.of(embeddings(student, taps.features())[3]), prototypes)[0];
      double[] q = Arrays.stream(score).map(s -> Math.exp(s / 0.05)).toArray();
      double sum = Arrays.stream(q).sum();
      double loss =
          crossEntropy(Arrays.stream(q).map(each -> each / sum).toArray(), score) / TIMES.length;
      Taps alone = new Taps(0, taps.features(), times, taps.labels(), new int[0]);
      assertThat(assigner.step(alone).loss()).isCloseTo(loss, within(1e-5));
    }
  }

  @Test
  void untilTheQueueIsFullItIsAsIfThereWereNone() {
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        AssignerState alone = new AssignerState(device, settings(Source.BOOTSTRAP, false, 0));
        AssignerState queued = new AssignerState(device, settings(Source.BOOTSTRAP, false, 4))) {
      for (long k = 0; k < 6; k++) {
        double loss = alone.step(taps(k)).loss();
        assertThat(queued.step(taps(k)).loss() == loss).as("step " + k).isEqualTo(k < 4);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"BOOTSTRAP,false", "BOOTSTRAP,true", "BOOTSTRAP_PATCH,false"})
  void resumedWithItsQueueItEndsAsTheUntouchedOne(Source source, boolean masked) {
    TrainingSettings settings = settings(source, masked, 3);
    long arrays = NativeArrays.live();
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining untouched = new SequentialTraining(device, settings, TinyRun::batch);
        SequentialTraining resumed = new SequentialTraining(device, settings, TinyRun::batch)) {
      for (long cut : new long[] {0, 2, 5, 13}) {
        untouched.runTo(cut);
        resumed.restore(untouched.save());
        untouched.runTo(cut + 6);
        resumed.runTo(cut + 6);
        assertThat(resumed.save()).as("from step " + cut).isEqualTo(untouched.save());
      }
      long rows = untouched.save().assigner().orElseThrow().get("queue").shape()[0];
      int ofOne = TinyRun.BATCH * settings.codesPerImage();
      assertThat(rows).isGreaterThan(0).isLessThanOrEqualTo(3L * ofOne);
      assertThat(rows == 3L * ofOne).isEqualTo(!masked);
    }
    assertThat(NativeArrays.live()).isEqualTo(arrays);
  }

  @Test
  void theScopeSaysWhatIsBalancedTogether() {
    assertThat(settings(Source.BOOTSTRAP, false, 0).sinkhornScope())
        .isEqualTo("all of a batch of 8 images");
    assertThat(settings(Source.BOOTSTRAP_PATCH, true, 4).sinkhornScope())
        .isEqualTo(
            "the masked samples of a batch of 128 patches, with those of the 4 batches before it");
  }

  /** The head in doubles: linear, batch norm of this batch, ReLU, linear, unit length. */
  private static double[][] embeddings(WeightSet student, float[] features) {
    double[][] x = rows(features, WIDTH);
    double[][] hidden =
        linear(x, table(student, "projection_head.0.weight", WIDTH), row(student, "0.bias"));
    double[] scale = row(student, "1.weight");
    double[] shift = row(student, "1.bias");
    for (int d = 0; d < HIDDEN; d++) {
      double mean = 0;
      double square = 0;
      for (double[] h : hidden) {
        mean += h[d] / hidden.length;
        square += h[d] * h[d] / hidden.length;
      }
      for (double[] h : hidden) {
        double normal = (h[d] - mean) / Math.sqrt(square - mean * mean + 1e-5);
        h[d] = Math.max(0, normal * scale[d] + shift[d]);
      }
    }
    double[][] z =
        linear(hidden, table(student, "projection_head.3.weight", HIDDEN), row(student, "3.bias"));
    Arrays.stream(z).forEach(SinkhornQueueTest::normalize);
    return z;
  }

  private static double[] row(WeightSet student, String name) {
    return table(student, "projection_head." + name, 1_000_000)[0];
  }

  private static double[][] table(WeightSet student, String name, int width) {
    float[] values = student.get(name).floats();
    return rows(values, Math.min(width, values.length));
  }

  private static double[][] rows(float[] values, int width) {
    double[][] rows = new double[values.length / width][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }

  private static double[][] linear(double[][] x, double[][] weight, double[] bias) {
    double[][] y = new double[x.length][weight.length];
    for (int i = 0; i < x.length; i++) {
      for (int o = 0; o < weight.length; o++) {
        y[i][o] = bias[o] + dot(x[i], weight[o]);
      }
    }
    return y;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  private static void normalize(double[] row) {
    double length = Math.sqrt(dot(row, row));
    for (int d = 0; d < row.length; d++) {
      row[d] /= length;
    }
  }

  private static double[][] scores(List<double[]> embeddings, double[][] prototypes) {
    double[][] scores = new double[embeddings.size()][CODES];
    for (int i = 0; i < scores.length; i++) {
      for (int k = 0; k < CODES; k++) {
        scores[i][k] = dot(embeddings.get(i), prototypes[k]);
      }
    }
    return scores;
  }

  /** METHOD 4.1, three iterations, epsilon 0.05. */
  private static double[][] sinkhorn(double[][] scores) {
    int samples = scores.length;
    double[][] q = new double[samples][CODES];
    double total = 0;
    for (int i = 0; i < samples; i++) {
      for (int k = 0; k < CODES; k++) {
        q[i][k] = Math.exp(scores[i][k] / 0.05);
        total += q[i][k];
      }
    }
    for (int iteration = 0; iteration < 3; iteration++) {
      for (int k = 0; k < CODES; k++) {
        double mass = 0;
        for (double[] row : q) {
          mass += row[k] / total;
        }
        for (double[] row : q) {
          row[k] /= mass * CODES;
        }
      }
      for (double[] row : q) {
        double mass = Arrays.stream(row).sum() / total;
        for (int k = 0; k < CODES; k++) {
          row[k] /= mass * samples;
        }
      }
    }
    for (double[] row : q) {
      double mass = Arrays.stream(row).sum();
      for (int k = 0; k < CODES; k++) {
        row[k] /= mass;
      }
    }
    return q;
  }

  private static double crossEntropy(double[] q, double[] score) {
    double sum = Arrays.stream(score).map(s -> Math.exp(s / 0.1)).sum();
    double loss = 0;
    for (int k = 0; k < CODES; k++) {
      loss -= q[k] * (score[k] / 0.1 - Math.log(sum));
    }
    return loss;
  }
}
