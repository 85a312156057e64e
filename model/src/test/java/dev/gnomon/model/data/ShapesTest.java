package dev.gnomon.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShapesTest {

  private static final int TRAINED_ON = 4000;
  private static final int TESTED_ON = 2000;

  private final ImageSet shapes = ImageSets.open(TestImages.shapes(1));

  @Test
  void allImagesAreDistinct() {
    Set<ByteBuffer> seen = new HashSet<>();
    for (int i = 0; i < shapes.count(); i++) {
      seen.add(ByteBuffer.wrap(image(shapes, i)));
    }
    assertThat(seen).hasSize(shapes.count()).hasSizeGreaterThanOrEqualTo(20_000);
  }

  @Test
  void anImageDependsOnSeedAndNumberAlone() {
    ImageSet again = ImageSets.open(TestImages.shapes(1));
    byte[] last = image(again, shapes.count() - 1);
    assertThat(image(again, 7)).isEqualTo(image(shapes, 7));
    assertThat(last).isEqualTo(image(shapes, shapes.count() - 1));
    assertThat(image(ImageSets.open(TestImages.shapes(2)), 7)).isNotEqualTo(image(shapes, 7));
  }

  @Test
  void theNineKindsAreEquallyCommon() {
    assertThat(shapes.labelNames()).hasSize(9).doesNotHaveDuplicates();
    int[] counts = new int[9];
    for (int i = 0; i < shapes.count(); i++) {
      counts[shapes.label(i)]++;
    }
    assertThat(Arrays.stream(counts)).allMatch(n -> Math.abs(n - shapes.count() / 9.0) < 1);
  }

  @Test
  void aSizeOutsideTheRangeIsRefused() {
    assertThatThrownBy(() -> new Shapes(1, 8))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("16 to 32");
  }

  @Test
  void theMeanColourDoesNotTellTheKind() {
    assertThat(linearAccuracy(ShapesTest::meanColour)).isBetween(0.15, 0.55);
  }

  @Test
  void theGreySilhouetteDoesNotTellTheKind() {
    assertThat(linearAccuracy(ShapesTest::grey)).isBetween(0.11, 0.55);
  }

  private double linearAccuracy(Function<byte[], double[]> feature) {
    double[][] x =
        IntStream.range(0, TRAINED_ON + TESTED_ON)
            .mapToObj(i -> feature.apply(image(shapes, i)))
            .toArray(double[][]::new);
    int[] y = IntStream.range(0, x.length).map(shapes::label).toArray();
    var fitted =
        new LinearClassifier(Arrays.copyOf(x, TRAINED_ON), Arrays.copyOf(y, TRAINED_ON), 9);
    double accuracy =
        fitted.accuracy(
            Arrays.copyOfRange(x, TRAINED_ON, x.length),
            Arrays.copyOfRange(y, TRAINED_ON, x.length));
    return accuracy;
  }

  private static byte[] image(ImageSet set, int index) {
    byte[] pixels = new byte[set.channels() * set.size() * set.size()];
    set.read(index, pixels, 0);
    return pixels;
  }

  private static double[] meanColour(byte[] pixels) {
    double[] mean = new double[3];
    for (int i = 0; i < pixels.length; i++) {
      mean[i / 256] += (pixels[i] & 0xff) / 256.0;
    }
    return mean;
  }

  private static double[] grey(byte[] pixels) {
    double[] grey = new double[256];
    for (int i = 0; i < 256; i++) {
      grey[i] =
          0.299 * (pixels[i] & 0xff)
              + 0.587 * (pixels[i + 256] & 0xff)
              + 0.114 * (pixels[i + 512] & 0xff);
    }
    return grey;
  }
}
