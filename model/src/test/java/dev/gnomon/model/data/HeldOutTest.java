package dev.gnomon.model.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each image is on one of the two sides, and labels go with their images. */
class HeldOutTest {

  private final ImageSet whole = new Shapes(1, 16);
  private final HeldOut parted = HeldOut.of(whole);

  @Test
  void aSixthIsHeldOutAndDrawnFromAllOfTheSet() {
    assertThat(parted.count()).isEqualTo(whole.count());
    assertThat(parted.trained()).isEqualTo(whole.count() - whole.count() / 6);
    Set<Integer> labels = new HashSet<>();
    IntStream.range(parted.trained(), parted.count()).forEach(i -> labels.add(parted.label(i)));
    assertThat(labels).hasSize(whole.labelNames().size());
  }

  @Test
  void itIsTheSameSetInAnotherOrder() {
    assertThat(counts(parted)).isEqualTo(counts(whole));
    byte[] one = new byte[3 * 16 * 16];
    byte[] other = new byte[one.length];
    parted.read(parted.count() - 1, one, 0);
    int at =
        IntStream.range(0, whole.count())
            .filter(
                i -> {
                  whole.read(i, other, 0);
                  return Arrays.equals(one, other);
                })
            .findFirst()
            .orElseThrow();
    assertThat(parted.label(parted.count() - 1)).isEqualTo(whole.label(at));
  }

  private static int[] counts(ImageSet images) {
    int[] counts = new int[images.labelNames().size()];
    IntStream.range(0, images.count()).forEach(i -> counts[images.label(i)]++);
    return counts;
  }
}
