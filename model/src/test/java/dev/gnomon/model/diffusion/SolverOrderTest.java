package dev.gnomon.model.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.model.engine.Noise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each solver against what is known in closed form: its order, and the Gaussian flow. */
class SolverOrderTest {

  private static final double M = 0.7;
  private static final double S = 0.4;
  private static ComputeDevice device;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open("cpu", 1);
  }

  @AfterAll
  static void close() {
    device.close();
  }

  private static SolverSettings settings(SolverKind kind, int steps) {
    return new SolverSettings(kind, steps, 1e-6, DiffusionForm.SIGMA);
  }

  /** y' = y cos t, y = y0 e^(sin t - sin t0): half the step, an error 2^order times smaller. */
  @ParameterizedTest
  @CsvSource({"EULER, 1", "HEUN, 2", "RK4, 4"})
  void halvingTheStepDividesTheErrorByTwoToTheOrder(SolverKind kind, int order) {
    try (NDManager scope = device.scope()) {
      NDArray start = scope.create(new double[] {1, -2});
      double[] errors = new double[3];
      for (int i = 0; i < errors.length; i++) {
        Solver solver = settings(kind, 32 << i).solver(LinearPath.DEFAULT, StepNoise.NONE);
        NDArray end = solver.solve(start, (y, t) -> y.mul(Math.cos(t)), 0.2, 1.7).state();
        double exact = Math.exp(Math.sin(1.7) - Math.sin(0.2));
        errors[i] = end.sub(start.mul(exact)).abs().max().getDouble();
      }
      assertOrder(errors, order);
    }
  }

  /** On two points of data, x = 1 and x = -1, whose velocity is not linear in the state. */
  @ParameterizedTest
  @EnumSource(PathKind.class)
  void dpmPlusPlusIsOfOrderTwo(PathKind kind) {
    ProbabilityPath path = kind.path();
    VelocityField field =
        (x, t) -> {
          double alpha = path.alpha(t);
          double variance = path.sigma(t) * path.sigma(t) + alpha * alpha * 0.09;
          NDArray side = x.mul(alpha / variance).tanh();
          NDArray data = side.add(x.sub(side.mul(alpha)).mul(alpha * 0.09 / variance));
          NDArray noise = x.sub(data.mul(alpha)).div(path.sigma(t));
          return data.mul(path.alphaRate(t)).add(noise.mul(path.sigmaRate(t)));
        };
    try (NDManager scope = device.scope()) {
      NDArray start = scope.create(new double[] {-1.3, 0.2, 0.9}).mul(path.sigma(0.05));
      NDArray exact = new Rk4(1500).solve(start, field, 0.05, 0.9).state();
      double[] errors = new double[3];
      for (int i = 0; i < errors.length; i++) {
        NDArray end = new DpmPlusPlus2M(200 << i, path).solve(start, field, 0.05, 0.9).state();
        errors[i] = end.sub(exact).abs().max().getDouble();
      }
      assertOrder(errors, 2);
    }
  }

  private static void assertOrder(double[] errors, int order) {
    for (int i = 1; i < errors.length; i++) {
      double seen = Math.log(errors[i - 1] / errors[i]) / Math.log(2);
      assertThat(seen).as(Arrays.toString(errors)).isCloseTo(order, within(0.2));
    }
  }

  private static Stream<Arguments> pathsAndSolvers() {
    // What a solver of so many steps is wrong by at most, in standard deviations of the data.
    return Stream.of(PathKind.values())
        .flatMap(
            path ->
                Stream.of(
                    Arguments.of(path, settings(SolverKind.EULER, 1000), 6e-2),
                    Arguments.of(path, settings(SolverKind.HEUN, 400), 1e-3),
                    Arguments.of(path, settings(SolverKind.RK4, 200), 1e-5),
                    Arguments.of(path, settings(SolverKind.DOPRI5, 1), 1e-4),
                    Arguments.of(path, settings(SolverKind.DOPRI5_PER_SAMPLE, 1), 1e-4),
                    Arguments.of(path, settings(SolverKind.DPM_PLUS_PLUS_2M, 400), 2e-3)));
  }

  @ParameterizedTest
  @MethodSource("pathsAndSolvers")
  void theGaussianFlowIsTransported(PathKind kind, SolverSettings settings, double tolerance) {
    GaussianFlow flow = new GaussianFlow(kind, M, S);
    double end = kind.path().samplingEnd();
    try (NDManager scope = device.scope()) {
      NDArray start = draws(scope, 16).mul(flow.deviation(0)).add(flow.mean(0));
      Solver solver = settings.solver(kind.path(), StepNoise.NONE);
      Solver.Solution solution = solver.solve(start, flow, 0, end);
      NDArray error = solution.state().sub(flow.moved(start, 0, end));
      assertThat(error.abs().max().getDouble() / S).isLessThan(tolerance);
      if (settings.kind().reversible()) {
        NDArray back = solver.solve(solution.state(), flow, end, 0).state();
        double missed = back.sub(start).abs().max().getDouble() / flow.deviation(0);
        assertThat(missed).isLessThan(3 * tolerance);
      } else {
        assertThatThrownBy(() -> solver.solve(solution.state(), flow, end, 0))
            .hasMessageContaining("only goes from noise to data");
      }
    }
  }

  private static Stream<Arguments> pathsAndDiffusions() {
    return Stream.of(PathKind.values())
        .flatMap(path -> Stream.of(DiffusionForm.values()).map(form -> Arguments.of(path, form)));
  }

  /**
   * The distribution is the flow's whatever the diffusion, up to the last step, which adds no
   * noise: it takes the mean and each distance to it along, and the score's pull with it. Of 5,000
   * samples mean and deviation are known to 1.4 and 1 % of the deviation.
   */
  @ParameterizedTest
  @MethodSource("pathsAndDiffusions")
  void eulerMaruyamaHasTheDistributionOfTheFlow(PathKind kind, DiffusionForm form) {
    GaussianFlow flow = new GaussianFlow(kind, M, S);
    double last = kind.path().samplingEnd() - 0.04;
    StepNoise noise =
        (step, count) -> Noise.normals(2, Noise.Purpose.SAMPLE_STEP, (long) step << 32, count);
    try (NDManager scope = device.scope()) {
      NDArray start = draws(scope, 5_000).mul(flow.deviation(0)).add(flow.mean(0));
      EulerMaruyama solver = new EulerMaruyama(500, form, kind.path(), noise);
      Solver.Solution solution = solver.solve(start, flow, 0, last + 0.04);
      assertThat(solution.evaluations()).isEqualTo(500);
      NDArray ends =
          scope.create(new double[] {flow.mean(last), flow.mean(last) + 1}).reshape(2, 1);
      NDArray pull = flow.score(ends, last).mul(solver.weight(last, 0.04));
      double[] moved = ends.add(flow.velocity(ends, last).add(pull).mul(0.04)).toDoubleArray();
      NDArray x = solution.state();
      double mean = x.mean().getDouble();
      double deviation = x.sub(mean).square().mean().sqrt().getDouble();
      double expected = flow.deviation(last) * (moved[1] - moved[0]);
      assertThat(mean).isCloseTo(moved[0], within(0.05 * S));
      assertThat(deviation).isCloseTo(expected, within(0.05 * S));
    }
  }

  /**
   * What hardly varies, as most pixels given all others, ends within a tenth of where it should, of
   * the noise's deviation, by few steps as by many: without the bound w = 1 ended at 28 with 20
   * steps and 0.8 with 250.
   */
  @ParameterizedTest
  @MethodSource("pathsAndDiffusions")
  void eulerMaruyamaLeavesNoNoiseInWhatHardlyVaries(PathKind kind, DiffusionForm form) {
    GaussianFlow flow = new GaussianFlow(kind, M, 0.05);
    StepNoise noise =
        (step, count) -> Noise.normals(3, Noise.Purpose.SAMPLE_STEP, (long) step << 32, count);
    for (int steps : List.of(20, 250)) {
      try (NDManager scope = device.scope()) {
        NDArray start = draws(scope, 2_000).mul(flow.deviation(0)).add(flow.mean(0));
        NDArray x =
            new EulerMaruyama(steps, form, kind.path(), noise)
                .solve(start, flow, 0, kind.path().samplingEnd())
                .state();
        double deviation = x.sub(M).square().mean().sqrt().getDouble();
        assertThat(deviation).as("%d steps", steps).isLessThan(steps == 20 ? 0.25 : 0.15);
      }
    }
  }

  @Test
  void eulerMaruyamaTakesSitsStepsAndWeights() {
    ProbabilityPath path = new LinearPath(0);
    assertThat(DiffusionForm.SBDM.weight(path, 0.25))
        .isCloseTo(0.5625 / 0.25 + 0.75, within(1e-12));
    assertThat(DiffusionForm.SIGMA.weight(path, 0.25)).isEqualTo(0.75);
    assertThat(DiffusionForm.CONSTANT.weight(path, 0.25)).isEqualTo(1);
    assertThat(DiffusionForm.LINEAR.weight(path, 0.25)).isEqualTo(0.75);
    assertThat(DiffusionForm.DECREASING.weight(path, 0)).isEqualTo(1);
    assertThat(DiffusionForm.INCREASING_DECREASING.weight(path, 0.5)).isEqualTo(1);
    List<Double> times = new ArrayList<>();
    try (NDManager scope = device.scope()) {
      VelocityField field =
          (x, t) -> {
            times.add(t);
            return x.mul(0);
          };
      new EulerMaruyama(4, DiffusionForm.SBDM, path, (step, count) -> new float[count])
          .solve(scope.ones(new Shape(2, 1)), field, 0, 1);
    }
    assertThat(times.get(0)).isEqualTo(1e-3);
    assertThat(times.get(3)).isCloseTo(0.96, within(1e-12));
  }

  @Test
  void aSamplesOwnStepsAreThoseItTakesAlone() {
    GaussianFlow flow = new GaussianFlow(PathKind.LINEAR, M, S);
    try (NDManager scope = device.scope()) {
      NDArray start =
          draws(scope, 6 * 32)
              .reshape(6, 32)
              .mul(scope.create(new double[] {1, 3, .1, 1, 9, 2}).reshape(6, 1));
      Dopri5PerSample own = new Dopri5PerSample(1e-5, 1e-5);
      Solver.Solution all = own.solve(start, flow, 0, 1);
      int most = 0;
      for (int i = 0; i < 6; i++) {
        NDArray one = start.get("%d:%d".formatted(i, i + 1));
        Solver.Solution alone = new Dopri5(1e-5, 1e-5).solve(one, flow, 0, 1);
        NDArray row = all.state().get("%d:%d".formatted(i, i + 1));
        assertThat(row.sub(alone.state()).abs().max().getDouble()).isLessThan(1e-12);
        assertThat(own.solve(one, flow, 0, 1).evaluations()).isEqualTo(alone.evaluations());
        most = Math.max(most, alone.evaluations());
      }
      assertThat(all.evaluations())
          .isEqualTo(most)
          .isEqualTo(2 + 6 * (all.accepted() + all.rejected()));
      NDArray together = new Dopri5(1e-5, 1e-5).solve(start, flow, 0, 1).state();
      assertThat(all.state().sub(together).abs().max().getDouble()).isGreaterThan(1e-9);
    }
  }

  @ParameterizedTest
  @EnumSource(SolverKind.class)
  void whatAStepComputesIsFreed(SolverKind kind) {
    GaussianFlow flow = new GaussianFlow(PathKind.GVP, M, S);
    StepNoise noise = (step, count) -> new float[count];
    try (NDManager scope = device.scope()) {
      NDArray start = draws(scope, 8);
      long before = NativeArrays.live();
      NDArray another = start.duplicate();
      long one = NativeArrays.live() - before; // each scope counts it
      another.close();
      NDArray end =
          settings(kind, 5).solver(PathKind.GVP.path(), noise).solve(start, flow, 0, 1).state();
      assertThat(NativeArrays.live()).isEqualTo(before + one);
      assertThat(end.getManager()).isSameAs(scope);
      assertThat(start.toDoubleArray()).hasSize(8);
      assertThatThrownBy(
              () ->
                  settings(kind, 5)
                      .solver(PathKind.GVP.path(), noise)
                      .solve(
                          start,
                          (x, t) -> {
                            throw new IllegalStateException("lost");
                          },
                          0,
                          1))
          .hasMessage("lost");
      assertThat(NativeArrays.live()).isEqualTo(before + one);
    }
  }

  private static NDArray draws(NDManager scope, int count) {
    float[] z = Noise.normals(0, Noise.Purpose.SAMPLE_NOISE, 0, count);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = z[i];
    }
    return scope.create(values, new Shape(count, 1));
  }
}
