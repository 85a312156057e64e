package dev.gnomon.model.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.engine.Noise;
import org.junit.jupiter.api.Test;

class SlerpTest {

  private static final float[] ONE = Noise.normals(1, Noise.Purpose.NOISE, 0, 768);
  private static final float[] OTHER = Noise.normals(1, Noise.Purpose.NOISE, 1, 768);

  private static double length(float[] x) {
    double sum = 0;
    for (float value : x) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  @Test
  void theEndsAreTheNoises() {
    assertThat(Slerp.between(ONE, OTHER, 0)).isEqualTo(ONE);
    assertThat(Slerp.between(ONE, OTHER, 1)).isEqualTo(OTHER);
  }

  @Test
  void onTheWayNoiseHasTheLengthOfNoise() {
    float[] middle = Slerp.between(ONE, OTHER, 0.5);
    assertThat(length(middle)).isCloseTo((length(ONE) + length(OTHER)) / 2, within(0.5));
    float[] quarter = Slerp.between(new float[] {1, 0}, new float[] {0, 1}, 0.25);
    assertThat(quarter[0]).isCloseTo((float) Math.cos(Math.PI / 8), within(1e-6f));
    assertThat(quarter[1]).isCloseTo((float) Math.sin(Math.PI / 8), within(1e-6f));
  }

  @Test
  void whereBothPointTheSameWayTheLineIsTaken() {
    assertThat(Slerp.between(ONE, ONE, 0.3))
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(ONE);
    assertThat(Slerp.between(new float[] {0, 0}, new float[] {1, 2}, 0.5)).containsExactly(0.5f, 1);
  }
}
