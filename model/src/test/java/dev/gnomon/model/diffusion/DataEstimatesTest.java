package dev.gnomon.model.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.model.engine.Noise;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Estimates of the data on the way of a Gaussian's flow, whose mean of the data is known. */
class DataEstimatesTest {

  private static final int IMAGES = 8;
  private static final int TOLD = 3;
  private static ComputeDevice device;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open("cpu", 1);
  }

  @AfterAll
  static void close() {
    device.close();
  }

  /** The flow, and what its data are at each step that a solver tells of. */
  private record Watched(
      GaussianFlow flow, ProbabilityPath path, DataEstimates estimates, List<float[]> expected)
      implements VelocityField {
    @Override
    public NDArray velocity(NDArray state, double t) {
      return flow.velocity(state, t);
    }

    @Override
    public void onStep(NDArray state, NDArray velocity, double t) {
      estimates.add(path, state, velocity, t);
      expected.add(flow.data(state, t).toFloatArray());
    }
  }

  static Stream<Arguments> pathsAndSolvers() {
    return Stream.of(PathKind.values())
        .flatMap(
            path ->
                Stream.of(SolverKind.values())
                    .filter(solver -> solver != SolverKind.DOPRI5_PER_SAMPLE)
                    .map(solver -> Arguments.of(path, solver)));
  }

  @ParameterizedTest
  @MethodSource("pathsAndSolvers")
  void theEstimateIsTheMeanOfTheDataAtEachStep(PathKind kind, SolverKind solver) {
    ProbabilityPath path = kind.path();
    GaussianFlow flow = new GaussianFlow(kind, 0.2, 0.3);
    DataEstimates estimates = new DataEstimates(TOLD);
    List<float[]> expected = new ArrayList<>();
    long before = NativeArrays.live();
    int accepted;
    try (NDManager scope = device.scope()) {
      float[] drawn = Noise.normals(5, Noise.Purpose.NOISE, 1, IMAGES);
      NDArray z =
          scope.create(drawn, new Shape(IMAGES, 1, 1, 1)).mul(flow.deviation(0)).add(flow.mean(0));
      SolverSettings settings = new SolverSettings(solver, 12, 1e-3, DiffusionForm.SIGMA);
      accepted =
          settings
              .solver(path, (step, n) -> Noise.normals(6, Noise.Purpose.NOISE, step, n))
              .solve(z, new Watched(flow, path, estimates, expected), 0, path.samplingEnd())
              .accepted();
    }
    assertThat(NativeArrays.live()).isEqualTo(before);
    List<DataEstimates.Estimate> told = estimates.spread(1000);
    assertThat(told).hasSize(accepted);
    assertThat(told.get(0).t()).isZero();
    for (int step = 0; step < told.size(); step++) {
      byte[] pixels = told.get(step).pixels();
      assertThat(pixels).hasSize(TOLD);
      byte[] wanted = ImageSampler.pixels(expected.get(step));
      for (int i = 0; i < TOLD; i++) {
        assertThat(Math.abs((pixels[i] & 0xff) - (wanted[i] & 0xff))).isLessThanOrEqualTo(1);
      }
      assertThat(step == 0 || told.get(step).t() > told.get(step - 1).t()).isTrue();
    }
  }

  @Test
  void ofManyStepsSomeAreKeptAndTheFirstIsAmongThem() {
    DataEstimates estimates = new DataEstimates(1);
    try (NDManager scope = device.scope()) {
      NDArray point = scope.zeros(new Shape(1, 1, 1, 1));
      for (int i = 0; i < 1000; i++) {
        estimates.add(LinearPath.DEFAULT, point, point, i / 1000.0);
      }
    }
    List<DataEstimates.Estimate> kept = estimates.spread(1000);
    assertThat(kept).hasSizeBetween(24, 48);
    assertThat(kept.get(0).t()).isZero();
    double gap = kept.get(1).t();
    for (int i = 1; i < kept.size(); i++) {
      assertThat(kept.get(i).t() - kept.get(i - 1).t()).isBetween(0.999 * gap, 1.001 * gap);
    }
    assertThat(estimates.spread(5)).hasSize(5).startsWith(kept.get(0));
  }
}
