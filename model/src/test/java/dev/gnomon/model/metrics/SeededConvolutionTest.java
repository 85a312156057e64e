package dev.gnomon.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeededConvolutionTest {

  private final FeatureNetwork network = new SeededConvolution();

  @Test
  void featuresOfAnImageDoNotDependOnItsBatch() {
    for (int size : new int[] {8, 13, 28}) {
      byte[] pixels = discs(1, 150, 3, size);
      float[] together = network.features(pixels, 150, 3, size);
      int image = 3 * size * size;
      for (int i : new int[] {0, 1, 27, 28, 63, 64, 149}) {
        byte[] one = Arrays.copyOfRange(pixels, i * image, (i + 1) * image);
        assertThat(network.features(one, 1, 3, size))
            .isEqualTo(
                Arrays.copyOfRange(
                    together, i * network.dimensions(), (i + 1) * network.dimensions()));
      }
    }
  }

  @Test
  void anotherInstanceGivesTheSameBits() {
    byte[] pixels = discs(2, 10, 1, 16);

    assertThat(new SeededConvolution().features(pixels, 10, 1, 16))
        .isEqualTo(network.features(pixels, 10, 1, 16));
  }

  @Test
  void firstStageIsAConvolutionWithZeroPadding() {
    byte[] pixels = discs(3, 2, 3, 9);
    ConvolutionStage stage = ConvolutionStage.first(4, 3, 5);
    PaddedPlanes planes = stage.apply(PaddedPlanes.of(pixels, 0, 2, 3, 9));
    float[] summary = new float[10];
    planes.summarize(1, summary, 0);

    for (int o = 0; o < 5; o++) {
      double sum = 0;
      double squares = 0;
      for (int y = 0; y < 9; y++) {
        for (int x = 0; x < 9; x++) {
          double value = Math.max(0, stage.biases()[o] + convolved(pixels, stage, o, y, x));
          sum += value;
          squares += value * value;
        }
      }
      double mean = sum / 81;
      assertThat(summary[o]).isCloseTo((float) mean, within(1e-5f));
      assertThat(summary[5 + o])
          .isCloseTo((float) Math.sqrt(squares / 81 - mean * mean), within(1e-5f));
    }
  }

  @Test
  void greyCountsAsThreeEqualChannels() {
    byte[] grey = discs(5, 4, 1, 16);
    byte[] colour = new byte[grey.length * 3];
    for (int plane = 0; plane < 12; plane++) {
      System.arraycopy(grey, plane / 3 * 256, colour, plane * 256, 256);
    }

    assertThat(network.features(grey, 4, 1, 16))
        .containsExactly(network.features(colour, 4, 3, 16), within(1e-4f));
  }

  @Test
  void halvesOfASetAreFarCloserThanItsBlurredOrNoisyCopy() {
    for (int channels : new int[] {1, 3}) {
      int size = 16;
      byte[] all = discs(6, 2000, channels, size);
      byte[] half = Arrays.copyOfRange(all, 0, all.length / 2);
      byte[] rest = Arrays.copyOfRange(all, all.length / 2, all.length);
      Moments whole = momentsOf(all, channels, size);
      double between =
          FrechetDistance.between(momentsOf(half, channels, size), momentsOf(rest, channels, size));

      assertThat(
              FrechetDistance.between(
                  whole,
                  momentsOf(blurred(blurred(blurred(all, size), size), size), channels, size)))
          .isGreaterThan(5 * between);
      assertThat(FrechetDistance.between(whole, momentsOf(noisy(all), channels, size)))
          .isGreaterThan(5 * between);
    }
  }

  @Test
  void imagesItCanNotTakeAreRefused() {
    assertThatThrownBy(() -> network.features(new byte[49], 1, 1, 7))
        .hasMessageContaining("1 x 7 x 7");
    assertThatThrownBy(() -> network.features(new byte[2 * 64], 1, 2, 8))
        .hasMessageContaining("2 x 8 x 8");
    assertThatThrownBy(() -> network.features(new byte[63], 1, 1, 8))
        .hasMessageContaining("63 bytes");
  }

  private Moments momentsOf(byte[] pixels, int channels, int size) {
    Moments moments = new Moments(network.dimensions());
    int count = pixels.length / (channels * size * size);
    moments.add(network.features(pixels, count, channels, size));
    return moments;
  }

  /** The sum that stage {@code stage} takes at (y, x) of the second of some 9 x 9 images. */
  private static double convolved(byte[] pixels, ConvolutionStage stage, int o, int y, int x) {
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          int row = y + dy;
          int column = x + dx;
          if (row >= 0 && row < 9 && column >= 0 && column < 9) {
            int pixel = pixels[((3 + i) * 9 + row) * 9 + column] & 0xff;
            float weight = stage.filters()[((o * 3 + i) * 3 + dy + 1) * 3 + dx + 1];
            sum += weight * (pixel / 127.5 - 1);
          }
        }
      }
    }
    return sum;
  }

  /** Discs of any place, radius and shade on plain ground. */
  private static byte[] discs(long seed, int count, int channels, int size) {
    Random random = new Random(seed);
    byte[] pixels = new byte[count * channels * size * size];
    for (int image = 0; image < count; image++) {
      double cx = size * (0.3 + 0.4 * random.nextDouble());
      double cy = size * (0.3 + 0.4 * random.nextDouble());
      double radius = size * (0.1 + 0.3 * random.nextDouble());
      for (int c = 0; c < channels; c++) {
        int ground = random.nextInt(256);
        int shade = random.nextInt(256);
        for (int y = 0; y < size; y++) {
          for (int x = 0; x < size; x++) {
            boolean inside = Math.hypot(x - cx, y - cy) < radius;
            pixels[((image * channels + c) * size + y) * size + x] =
                (byte) (inside ? shade : ground);
          }
        }
      }
    }
    return pixels;
  }

  /** Each pixel the mean of itself and its neighbours to the right and below. */
  private static byte[] blurred(byte[] pixels, int size) {
    byte[] soft = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      int right = i % size == size - 1 ? i : i + 1;
      int below = i / size % size == size - 1 ? 0 : size;
      soft[i] =
          (byte)
              (((pixels[i] & 0xff)
                      + (pixels[right] & 0xff)
                      + (pixels[i + below] & 0xff)
                      + (pixels[right + below] & 0xff))
                  / 4);
    }
    return soft;
  }

  private static byte[] noisy(byte[] pixels) {
    Random random = new Random(8);
    byte[] noisy = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      int value = (pixels[i] & 0xff) + (int) Math.round(40 * random.nextGaussian());
      noisy[i] = (byte) Math.max(0, Math.min(255, value));
    }
    return noisy;
  }
}
