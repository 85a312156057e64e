package dev.gnomon.model.features;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PatchMeansTest {

  @Test
  void eachImageHasTheMeanOfItsOwnPatches() {
    float[] features = {1, 2, 3, 4, /**/ 10, 20, 30, 40};
    assertThat(PatchMeans.of(features, 2, 2)).containsExactly(2, 3, 20, 30);
    assertThat(PatchMeans.of(features, 4, 1)).containsExactly(2.5f, 25);
    assertThat(PatchMeans.of(features, 1, 4)).containsExactly(features);
  }
}
