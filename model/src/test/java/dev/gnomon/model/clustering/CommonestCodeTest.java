package dev.gnomon.model.clustering;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommonestCodeTest {

  @Test
  void anImageHasTheCodeOfMostOfItsPatches() {
    int[] codes = {7, 2, 2, 5, /**/ 9, 9, 3, 3, /**/ -1, -1, -1, -1, /**/ 4, 4, 4, 4};
    CommonestCode commonest = CommonestCode.of(codes, 4);
    assertThat(commonest.codes()).containsExactly(2, 3, -1, 4);
    assertThat(commonest.shares()).containsExactly(0.5f, 0.5f, 1, 1);
  }

  @Test
  void oneCodeAnImageIsThat() {
    CommonestCode commonest = CommonestCode.of(new int[] {3, 0, -1}, 1);
    assertThat(commonest.codes()).containsExactly(3, 0, -1);
    assertThat(commonest.shares()).containsOnly(1);
  }
}
