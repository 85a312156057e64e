package dev.gnomon.model.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.engine.ComputeDevice;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BaselineAgreementTest {

  private static final int SIZE = 8;

  private static ComputeDevice device;

  @BeforeAll
  static void open() {
    device = ComputeDevice.open("cpu", 1);
  }

  @AfterAll
  static void close() {
    device.close();
  }

  @Test
  void classesThatDifferInColourAreFoundByMeanColour() {
    int[] labels = new int[90];
    byte[] pixels = new byte[90 * 3 * SIZE * SIZE];
    for (int i = 0; i < 90; i++) {
      labels[i] = i % 3;
      int plane = (i * 3 + labels[i]) * SIZE * SIZE;
      Arrays.fill(pixels, plane, plane + SIZE * SIZE, (byte) (200 + i % 7));
    }

    assertThat(BaselineAgreement.ofMeanColour(device, pixels, 3, SIZE, labels, 3, 0))
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void classesThatDifferInShapeAloneAreNot() {
    int[] labels = new int[400];
    byte[] pixels = new byte[400 * SIZE * SIZE];
    for (int i = 0; i < 400; i++) {
      labels[i] = i % 2;
      for (int p = 0; p < SIZE * SIZE; p++) {
        boolean stripe = (labels[i] == 0 ? p % SIZE : p / SIZE) % 2 == 0;
        pixels[i * SIZE * SIZE + p] = (byte) (stripe ? i / 2 : 0);
      }
    }

    assertThat(BaselineAgreement.ofMeanColour(device, pixels, 1, SIZE, labels, 2, 0))
        .isLessThan(0.01);
  }

  @Test
  void rowsOfAnyFeaturesAreClustered() {
    float[] rows = {0, 0, 9, 9, 0, 1, 9, 8};
    int[] labels = {1, 0, 1, 0};

    assertThat(BaselineAgreement.ofRows(device, rows, 2, labels, 2, 0)).isCloseTo(1, within(1e-12));
  }

  @Test
  void partOfAnImageIsRefused() {
    assertThatThrownBy(
            () -> BaselineAgreement.ofMeanColour(device, new byte[65], 1, SIZE, new int[1], 1, 0))
        .hasMessageContaining("65 bytes");
  }
}
