package dev.gnomon.model.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.model.engine.Noise;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** When the network is asked for both branches, and the way from images to noise and back. */
class GuidedSamplingTest {

  private static final int BLOCK = ImageSampler.BLOCK;
  private static ComputeDevice device;
  private static ImageSampler sampler;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open("cpu", 2);
    sampler = trained(PathKind.LINEAR);
  }

  @AfterAll
  static void close() {
    sampler.close();
    device.close();
  }

  private static ImageSampler trained(PathKind path) {
    TrainingSettings settings = TinyRun.settings(Source.LABELS, 1, 1).withPath(path.path());
    try (SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
      run.runTo(12);
      SequentialTraining.Halves halves = run.save();
      return new ImageSampler(device, settings, halves.trunk(), halves.assigner());
    }
  }

  private static SampleBlock sample(int steps, Guidance guidance) {
    return sampler.sample(1, 0, new SamplingSettings(SolverSettings.euler(steps), guidance, false));
  }

  @Test
  void guidanceAllTheWayAsksForBothBranchesEachTime() {
    assertThat(sample(4, Guidance.of(3)).passes()).isEqualTo(new Passes(4 * BLOCK, 4 * BLOCK, 0));
    assertThat(sample(4, Guidance.NONE).passes()).isEqualTo(new Passes(4 * BLOCK, 0, 0));
  }

  @Test
  void anIntervalGuidesWithinItAndSavesTheRest() {
    // Four steps are at noise levels 1, 0.75, 0.5 and 0.25.
    SampleBlock middle = sample(4, new Guidance(3, 0.4, 0.8, 1));
    assertThat(middle.passes()).isEqualTo(new Passes(4 * BLOCK, 2 * BLOCK, 2 * BLOCK));
    assertThat(middle.networkEvaluations()).isEqualTo(4);
    assertThat(middle.pixels())
        .isNotEqualTo(sample(4, Guidance.of(3)).pixels())
        .isNotEqualTo(sample(4, Guidance.NONE).pixels());
    SampleBlock between = sample(4, new Guidance(3, 0.6, 0.7, 1));
    assertThat(between.passes().unconditional()).isZero();
    assertThat(between.pixels()).isEqualTo(sample(4, Guidance.NONE).pixels());
  }

  @Test
  void aBoundThatATimeFallsOnIsWithin() {
    for (int steps = 1; steps <= 100; steps++) {
      for (int i = 0; i < steps; i++) {
        double t = i * (1.0 / steps);
        double noise = (steps - i) / (double) steps; // 1 - t, as one would write it
        assertThat(new Guidance(1, noise, 1, 1).on(t)).isTrue();
        assertThat(new Guidance(1, 0, noise, 1).on(t)).isTrue();
      }
    }
  }

  @Test
  void timesBeyondTheEndsAreGuidedWhereTheEndsAre() {
    assertThat(Guidance.of(1).on(1.3)).isTrue();
    assertThat(Guidance.of(1).on(-0.3)).isTrue();
    assertThat(new Guidance(1, 0.1, 1, 1).on(1.3)).isFalse();
    assertThat(new Guidance(1, 0, 0.9, 1).on(-0.3)).isFalse();
    assertThat(Guidance.NONE.on(0.5)).isFalse();
  }

  @Test
  void eachSampleStopsByItselfAndGoesOnUnderItsCondition() {
    byte[] guided = sample(2, Guidance.of(60)).pixels();
    SampleBlock stopped = sample(2, new Guidance(60, 0, 1, -1));
    assertThat(stopped.passes()).isEqualTo(new Passes(2 * BLOCK, BLOCK, BLOCK));
    double low = -1;
    double high = 1;
    SampleBlock some = stopped;
    while (some.passes().saved() == 0 || some.passes().saved() == BLOCK) {
      double middle = (low + high) / 2;
      some = sample(2, new Guidance(60, 0, 1, middle));
      if (some.passes().saved() == BLOCK) {
        low = middle;
      } else {
        high = middle;
      }
    }
    int values = guided.length / BLOCK;
    int went = 0;
    for (int i = 0; i < BLOCK; i++) {
      int to = (i + 1) * values;
      boolean on = near(some.pixels(), guided, i * values, to);
      assertThat(on || near(some.pixels(), stopped.pixels(), i * values, to)).isTrue();
      went += on ? 0 : 1;
    }
    assertThat((long) went).isEqualTo(some.passes().saved());
  }

  /** Up to rounding: products of fewer rows are not the same to the last bit. */
  private static boolean near(byte[] one, byte[] other, int from, int to) {
    return IntStream.range(from, to)
        .allMatch(i -> Math.abs((one[i] & 0xff) - (other[i] & 0xff)) <= 1);
  }

  @ParameterizedTest
  @CsvSource({
    "LINEAR, EULER, 60, 8", "LINEAR, HEUN, 20, 2", "LINEAR, RK4, 8, 2", "LINEAR, DOPRI5, 1, 1",
    "LINEAR, DOPRI5_PER_SAMPLE, 1, 1", "VP, DOPRI5, 1, 1", "VE, DOPRI5, 1, 1", "GVP, DOPRI5, 1, 1"
  })
  void imagesComeBackFromTheirNoise(PathKind path, SolverKind solver, int steps, int levels) {
    byte[] pixels = TinyRun.batch(40).pixels();
    int[] codes = TinyRun.batch(40).labels();
    SamplingSettings sampling =
        new SamplingSettings(
            new SolverSettings(solver, steps, 1e-4, DiffusionForm.SIGMA),
            new Guidance(0.4, 0, 1, -1),
            false);
    try (ImageSampler own = trained(path)) {
      long arrays = NativeArrays.live();
      float[] noise = own.noise(pixels, codes, sampling);
      SamplingSettings all =
          new SamplingSettings(sampling.solver(), Guidance.of(0.4), false); // without a stop
      byte[] back = own.images(noise, codes, all).pixels();
      int worst =
          IntStream.range(0, pixels.length)
              .map(i -> Math.abs((pixels[i] & 0xff) - (back[i] & 0xff)))
              .max()
              .orElseThrow();
      assertThat(worst).isLessThanOrEqualTo(levels);
      assertThat(NativeArrays.live()).isEqualTo(arrays);
    }
  }

  @ParameterizedTest
  @EnumSource(SolverKind.class)
  void everySolverSamplesAndSaysWhetherItGoesBack(SolverKind kind) {
    SamplingSettings sampling =
        new SamplingSettings(
            new SolverSettings(kind, 4, 1e-2, DiffusionForm.SIGMA), Guidance.of(0.4), true);
    SampleBlock block = sampler.sample(3, 1, sampling);
    assertThat(sampler.sample(3, 1, sampling).pixels()).isEqualTo(block.pixels());
    assertThat(block.passes().conditional()).isEqualTo((long) BLOCK * block.networkEvaluations());
    int[] codes = Arrays.copyOf(block.codes(), 2);
    byte[] two = Arrays.copyOf(block.pixels(), 2 * 3 * 64);
    if (kind.reversible()) {
      assertThat(sampler.noise(two, codes, sampling)).hasSize(two.length);
    } else {
      assertThatThrownBy(() -> sampler.noise(two, codes, sampling))
          .hasMessageContaining(kind.word() + " only goes from noise to images");
    }
  }

  @Test
  void aStochasticSolversNoiseIsOfTheBlockAndTheStep() {
    SolverSettings solver = SolverSettings.DOPRI5.with(SolverKind.EULER_MARUYAMA, 5);
    SamplingSettings sampling = new SamplingSettings(solver, Guidance.NONE, false);
    assertThat(sampler.sample(1, 0, sampling).pixels())
        .isNotEqualTo(sampler.sample(1, 1, sampling).pixels());
    float[] noise = Noise.normals(1, Noise.Purpose.SAMPLE_NOISE, 0, 3 * 64);
    assertThatThrownBy(() -> sampler.images(noise, new int[] {0}, sampling))
        .hasMessageContaining("stochastic");
  }
}
