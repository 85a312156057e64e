package dev.gnomon.actors.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FeatureSetTest {

  @Test
  void momentsAreOfAllRowsAndTheFirstRowsAreKept() {
    FeatureSet set = new FeatureSet(2);
    float[] block = new float[2 * 1000];
    for (int number = 0; number < 5; number++) {
      Arrays.fill(block, number);
      set.add(block);
    }

    assertThat(set.moments().count()).isEqualTo(5000);
    assertThat(set.moments().mean()).containsExactly(new double[] {2, 2}, within(1e-12));
    assertThat(set.rows()).hasSize(2 * FeatureSet.KEPT);
    assertThat(Arrays.copyOf(set.rows(), 2000)).containsOnly(0);
    assertThat(Arrays.copyOfRange(set.rows(), 8000, 2 * FeatureSet.KEPT)).containsOnly(4);
  }

  @Test
  void laterChangesOfABlockAreNotSeen() {
    FeatureSet set = new FeatureSet(1);
    float[] block = {1, 2};
    set.add(block);
    block[0] = 9;

    assertThat(set.rows()).containsExactly(1, 2);
  }
}
