package dev.gnomon.model.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostTensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MovingAverageTest {

  /** After n steps towards a constant student w, average = w + d^n (start - w). */
  @Test
  void theResidualAfterManyStepsIsThePowerOfTheDecay() {
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        NDManager scope = device.scope()) {
      NDArray student = scope.create(new float[] {1});
      try (MovingAverage average = new MovingAverage(device, 0.99, Map.of("w", student))) {
        device.set(student, HostTensor.of(new float[] {0}, 1));
        for (int i = 0; i < 200; i++) {
          average.step(scope);
        }
        assertThat((double) average.arrays().get("w").getFloat())
            .isCloseTo(Math.pow(0.99, 200), within(1e-5));
        average.reset(scope);
        assertThat(average.arrays().get("w").getFloat()).isZero();
      }
    }
  }
}
