package dev.gnomon.model.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageSetDigestTest {

  @Test
  void theSameImagesHaveTheSame() {
    assertThat(ImageSetDigest.of(new Made(10_000, 2, List.of("a", "b"), -1)))
        .isEqualTo(ImageSetDigest.of(new Made(10_000, 2, List.of("a", "b"), -1)))
        .matches("[0-9a-f]{64}");
  }

  @Test
  void anotherCountShapeLabelOrPixelIsAnother() {
    assertThat(
            List.of(
                ImageSetDigest.of(new Made(40, 2, List.of("a", "b"), -1)),
                ImageSetDigest.of(new Made(41, 2, List.of("a", "b"), -1)),
                ImageSetDigest.of(new Made(40, 3, List.of("a", "b"), -1)),
                ImageSetDigest.of(new Made(40, 2, List.of("ab", ""), -1)),
                ImageSetDigest.of(new Made(40, 2, List.of("a", "b", "c"), -1)),
                ImageSetDigest.of(new Made(40, 2, List.of("a", "b"), 39))))
        .doesNotHaveDuplicates();
  }

  /** Grey images of one value each; {@code changed} has another. */
  private record Made(int count, int size, List<String> labelNames, int changed)
      implements ImageSet {

    @Override
    public String description() {
      return "made up";
    }

    @Override
    public int channels() {
      return 1;
    }

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public int label(int index) {
      return index % labelNames.size();
    }

    @Override
    public void read(int index, byte[] into, int offset) {
      for (int i = 0; i < size * size; i++) {
        into[offset + i] = (byte) (index == changed ? -1 : index % 100);
      }
    }
  }
}
