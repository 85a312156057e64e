package dev.gnomon.model.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.Choice;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.training.Draws;
import dev.gnomon.model.training.SequentialTraining;
import dev.gnomon.model.training.TinyRun;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Paths against the closed forms of {@link GaussianFlow}, and in a run. */
class ProbabilityPathTest {

  private static ComputeDevice device;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open("cpu", 1);
  }

  @AfterAll
  static void close() {
    device.close();
  }

  private static NDArray draws(NDManager scope, long step, int count) {
    float[] drawn = Noise.normals(5, Noise.Purpose.NOISE, step, count);
    double[] values = IntStream.range(0, count).mapToDouble(i -> drawn[i]).toArray();
    return scope.create(values, new Shape(count, 1, 1, 1));
  }

  @ParameterizedTest
  @EnumSource(PathKind.class)
  void ratesAreTheDerivativesOfTheCoefficients(PathKind kind) {
    ProbabilityPath path = kind.path();
    double h = 1e-6;
    for (double t : new double[] {0.01, 0.2, 0.5, 0.8, 0.99}) {
      double alpha = (path.alpha(t + h) - path.alpha(t - h)) / (2 * h);
      double sigma = (path.sigma(t + h) - path.sigma(t - h)) / (2 * h);
      assertThat(path.alphaRate(t)).isCloseTo(alpha, within(1e-7));
      assertThat(path.sigmaRate(t)).isCloseTo(sigma, within(1e-7 * (1 + Math.abs(sigma))));
      assertThat(path.lambda(t)).isCloseTo(Math.log(path.alpha(t) / path.sigma(t)), within(1e-12));
    }
  }

  @ParameterizedTest
  @EnumSource(PathKind.class)
  void theFlowsVelocityTellsDataNoiseAndScore(PathKind kind) {
    ProbabilityPath path = kind.path();
    GaussianFlow flow = new GaussianFlow(kind, 0.7, 0.4);
    try (NDManager scope = device.scope()) {
      for (double t : new double[] {0, 0.1, 0.5, 0.9, Math.min(path.samplingEnd(), 0.999)}) {
        NDArray x = draws(scope, 1, 500).mul(flow.deviation(t)).add(flow.mean(t));
        NDArray v = flow.velocity(x, t);
        assertSame(path.data(x, v, t), flow.data(x, t), 1e-9);
        assertSame(path.noise(x, v, t), flow.noise(x, t), 1e-9);
        assertSame(path.score(x, v, t), flow.score(x, t), 1e-9);
      }
    }
  }

  /** The least square of what the target leaves is at the flow's velocity: no other does better. */
  @ParameterizedTest
  @EnumSource(PathKind.class)
  void theTargetsMeanIsTheFlowsVelocity(PathKind kind) {
    ProbabilityPath path = kind.path();
    GaussianFlow flow = new GaussianFlow(kind, 0.7, 0.4);
    int count = 20_000;
    try (NDManager scope = device.scope()) {
      NDArray images = draws(scope, 2, count).mul(0.4).add(0.7);
      NDArray noise = draws(scope, 3, count);
      for (float t : new float[] {0.2f, 0.5f, 0.9f}) {
        float[] times = new float[count];
        Arrays.fill(times, t);
        NDArray point = path.at(images, noise, times);
        NDArray rest = path.velocity(images, noise, times).sub(flow.velocity(point, t));
        double size = rest.square().mean().sqrt().getDouble();
        assertThat(rest.mean().getDouble() / size).isCloseTo(0, within(0.03));
        NDArray sides = point.sub(flow.mean(t)).div(flow.deviation(t));
        assertThat(rest.mul(sides).mean().getDouble() / size).isCloseTo(0, within(0.03));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(PathKind.class)
  void whatTheNetworkLearnsMeansTheVelocityAndIsOfTheSizeOfImages(PathKind kind) {
    ProbabilityPath path = kind.path();
    int count = 2_000;
    try (NDManager scope = device.scope()) {
      NDArray images = draws(scope, 4, count).mul(0.5);
      NDArray noise = draws(scope, 5, count);
      float[] times = Noise.uniforms(1, Noise.Purpose.TIME, 0, count);
      for (int i = 0; i < count; i++) {
        times[i] *= (float) path.trainingEnd();
      }
      NDArray point = path.at(images, noise, times);
      NDArray target = path.target(images, noise, times);
      NDArray velocity = path.velocity(images, noise, times);
      assertSame(path.velocityOf(target, point, times), velocity, 1e-9);
      double seen = path.input(point, times).square().mean().sqrt().getDouble();
      assertThat(seen).isBetween(0.5, 1.1);
      assertThat(target.square().mean().sqrt().getDouble()).isBetween(0.9, 6.0);
    }
  }

  private static void assertSame(NDArray actual, NDArray expected, double tolerance) {
    double scale = expected.abs().max().getDouble() + 1e-3;
    assertThat(actual.sub(expected).abs().max().getDouble() / scale).isLessThan(tolerance);
  }

  @Test
  void thePaperIsTheDefaultAndItsTimesAreTheDraws() {
    assertThat(Choice.of(PathKind.values(), "linear").path()).isEqualTo(new LinearPath(1e-4));
    ImageBatch batch = TinyRun.batch(3);
    TrainingSettings linear = TinyRun.settings(Source.NONE, 1, 1);
    float[] drawn = Noise.uniforms(linear.seed(), Noise.Purpose.TIME, 3, TinyRun.BATCH);
    assertThat(Draws.of(linear, batch).times()).isEqualTo(drawn);
    float[] shorter = Draws.of(linear.withPath(PathKind.VP.path()), batch).times();
    for (int i = 0; i < drawn.length; i++) {
      assertThat(shorter[i]).isCloseTo(drawn[i] * (1 - 1e-5f), within(1e-7f));
    }
  }

  /** All images of one grey: of noise there would be nothing to learn. */
  private static ImageBatch plain(long step) {
    ImageBatch batch = TinyRun.batch(step);
    Arrays.fill(batch.pixels(), (byte) 220);
    return batch;
  }

  @ParameterizedTest
  @EnumSource(PathKind.class)
  void aRunOnThePathLearnsAndSamples(PathKind kind) {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP, 1, 1).withPath(kind.path());
    try (SequentialTraining run =
        new SequentialTraining(device, settings, ProbabilityPathTest::plain)) {
      double[] losses =
          IntStream.range(0, 24).mapToDouble(step -> run.next().trunk().loss()).toArray();
      assertThat(Arrays.stream(losses, 16, 24).average().orElseThrow())
          .isLessThan(Arrays.stream(losses, 0, 8).average().orElseThrow());
      SequentialTraining.Halves halves = run.save();
      try (ImageSampler sampler =
          new ImageSampler(device, settings, halves.trunk(), halves.assigner())) {
        byte[] pixels =
            sampler
                .sample(1, 0, new SamplingSettings(SolverSettings.euler(8), Guidance.of(0.4), true))
                .pixels();
        int[] histogram = new int[256];
        for (byte pixel : pixels) {
          histogram[pixel & 0xff]++;
        }
        // Points that ran away would be black and white alone.
        assertThat(histogram[0] + histogram[255]).isLessThan(pixels.length / 2);
      }
    }
  }
}
