package dev.gnomon.actors.evaluator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NearestImagesTest {

  private final NearestImages images = new NearestImages(3, 2);

  private String of(int code) {
    StringBuilder pixels = new StringBuilder();
    images.of(code).forEach(image -> pixels.append(image[0]).append(' '));
    return pixels.toString().strip();
  }

  @Test
  void theNearestOfEachCodeStayInTheirOrder() {
    images.add(new int[] {0, 1, 0}, new float[] {0.3f, 0.9f, 0.5f}, new byte[] {1, 2, 3});
    images.add(new int[] {0, 0}, new float[] {0.4f, 0.5f}, new byte[] {4, 5});
    assertThat(of(0)).isEqualTo("3 5"); // of equal ones the first comes first
    assertThat(of(1)).isEqualTo("2");
    assertThat(of(2)).isEmpty();
    assertThat(images.count(0)).isEqualTo(4);
  }

  @Test
  void withoutScoresTheFirstStay() {
    images.add(new int[] {2, 2, 2}, new float[0], new byte[] {7, 8, 9});
    assertThat(of(2)).isEqualTo("7 8");
  }

  @Test
  void imagesWithoutACodeOfAPrototypeAreLeftOut() {
    assertThat(images.any()).isFalse();
    images.add(new int[] {-1, 3}, new float[] {1, 1}, new byte[] {1, 2});
    images.add(new int[0], new float[0], new byte[0]);
    assertThat(images.any()).isFalse();
  }
}
