package dev.gnomon.model.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Noise;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On the flow whose velocity and end are known: data of N(m, s^2), sigma-min 0 (METHOD 13). */
class SolverTest {

  private static ComputeDevice device;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open("cpu", 1);
  }

  @AfterAll
  static void close() {
    device.close();
  }

  private static VelocityField gaussian(double m, double s) {
    return (x, t) -> {
      double d = t * t * s * s + (1 - t) * (1 - t);
      NDArray r = x.sub(t * m).div(d);
      return r.mul(t * s * s).add(m).sub(r.mul(1 - t));
    };
  }

  private static NDArray draws(NDManager scope) {
    float[] z = Noise.normals(0, Noise.Purpose.SAMPLE_NOISE, 0, 4096);
    double[] values = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      values[i] = z[i];
    }
    return scope.create(values);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0.5, 1e-5, 38, 5, 1, 1.2e-4",
    "0, 1, 1e-5, 32, 4, 1, 7.9e-5",
    "1, 0.1, 1e-5, 68, 7, 4, 1.9e-4",
    "2, 0.5, 1e-3, 14, 2, 0, 9.1e-2"
  })
  void dopri5TakesTheStepsOfTorchdiffeq(
      double m, double s, double tolerance, int nfe, int accepted, int rejected, double error) {
    try (NDManager scope = device.scope()) {
      NDArray z = draws(scope);
      Solver.Solution solution = new Dopri5(tolerance, tolerance).solve(z, gaussian(m, s), 0, 1);
      assertThat(solution.accepted()).isEqualTo(accepted);
      assertThat(solution.rejected()).isEqualTo(rejected);
      assertThat(solution.evaluations()).isEqualTo(nfe).isEqualTo(2 + 6 * (accepted + rejected));
      double largest = solution.state().sub(z.mul(s).add(m)).abs().max().getDouble();
      assertThat(largest).isLessThan(1.5 * error);
    }
  }

  @ParameterizedTest
  @CsvSource({"50, 0.4842", "10, 0.4297"})
  void eulerNarrowsTheDistribution(int steps, double deviation) {
    try (NDManager scope = device.scope()) {
      NDArray z = draws(scope);
      NDArray end = new Euler(steps).solve(z, gaussian(2, 0.5), 0, 1).state();
      double ours = end.sub(end.mean()).square().mean().sqrt().getDouble();
      double drawn = z.sub(z.mean()).square().mean().sqrt().getDouble();
      double exact = 1; // each step multiplies the distance to the mean
      for (int i = 0; i < steps; i++) {
        double t = i / (double) steps;
        double d = t * t * 0.25 + (1 - t) * (1 - t);
        exact *= 1 + (t * 0.25 - (1 - t)) / d / steps;
      }
      assertThat(ours / drawn).isCloseTo(exact, within(1e-9));
      assertThat(exact).isCloseTo(deviation, within(2e-3)); // published for 4096 other draws
    }
  }

  @Test
  void guidanceOfNothingOrBetweenEqualsIsTheConditionalVelocity() {
    try (NDManager scope = device.scope()) {
      NDArray c = scope.create(new double[] {1, -2, 3});
      NDArray u = scope.create(new double[] {0.5, 0, 1});
      assertThat(Guidance.velocity(c, u, 0)).isEqualTo(c);
      assertThat(Guidance.velocity(c, c, 3.7)).isEqualTo(c);
      assertThat(Guidance.velocity(c, u, 1).toDoubleArray()).containsExactly(1.5, -4, 5);
    }
  }

  @Test
  void theLossOfTheZeroPredictorIsTwoAndOfTheIdealOneHalfPi() {
    int n = 200_000;
    double zero = 0;
    double ideal = 0;
    float[] x = Noise.normals(1, Noise.Purpose.NOISE, 0, n);
    float[] z = Noise.normals(1, Noise.Purpose.NOISE, 1, n);
    float[] t = Noise.uniforms(1, Noise.Purpose.TIME, 0, n);
    try (NDManager scope = device.scope()) {
      LinearPath path = new LinearPath(0);
      NDArray data = scope.create(x).reshape(n, 1, 1, 1);
      NDArray noise = scope.create(z).reshape(n, 1, 1, 1);
      float[] point = path.at(data, noise, t).toFloatArray();
      float[] target = path.velocity(data, noise, t).toFloatArray();
      for (int i = 0; i < n; i++) {
        double d = t[i] * (double) t[i] + (1 - t[i]) * (1.0 - t[i]);
        double v = (2 * t[i] - 1) * point[i] / d;
        zero += target[i] * (double) target[i] / n;
        ideal += (target[i] - v) * (target[i] - v) / n;
      }
    }
    assertThat(zero).isCloseTo(2.0, within(0.03));
    assertThat(ideal).isCloseTo(Math.PI / 2, within(0.03));
  }
}
