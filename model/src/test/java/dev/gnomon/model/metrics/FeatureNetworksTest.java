package dev.gnomon.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FeatureNetworksTest {

  @Test
  void classNamedByConfigurationIsMade() {
    try (FeatureNetwork network = FeatureNetworks.load(MeanBrightness.class.getName())) {
      assertThat(network.scoreName()).isEqualTo("FD (brightness)");
      assertThat(network.features(new byte[] {1, 3}, 2, 1, 1)).containsExactly(1, 3);
    }
  }

  @Test
  void everyReasonThatAClassCanNotBeUsedIsNamed() {
    assertThatThrownBy(() -> FeatureNetworks.load("com.example.Missing"))
        .hasMessageContaining("\"com.example.Missing\"")
        .hasMessageContaining("plugins/");
    assertThatThrownBy(() -> FeatureNetworks.load("java.lang.String"))
        .hasMessageContaining("does not implement");
    assertThatThrownBy(() -> FeatureNetworks.load(FeatureNetwork.class.getName()))
        .hasMessageContaining("no-argument constructor");
    assertThatThrownBy(() -> FeatureNetworks.load(Unready.class.getName()))
        .hasMessageContaining("can not be loaded");
    assertThatThrownBy(() -> FeatureNetworks.load(Broken.class.getName()))
        .hasMessageContaining("no weights here");
  }

  /** A network of one feature. */
  public static class MeanBrightness implements FeatureNetwork {
    @Override
    public String scoreName() {
      return "FD (brightness)";
    }

    @Override
    public int dimensions() {
      return 1;
    }

    @Override
    public float[] features(byte[] pixels, int count, int channels, int size) {
      float[] features = new float[count];
      for (int i = 0; i < pixels.length; i++) {
        features[i * count / pixels.length] += (float) (pixels[i] & 0xff) * count / pixels.length;
      }
      return features;
    }

    @Override
    public void close() {}
  }

  /** A network that can not be made. */
  public static final class Broken extends MeanBrightness {
    public Broken() {
      throw new IllegalStateException("no weights here");
    }
  }

  /** A network whose class can not be initialized. */
  public static final class Unready extends MeanBrightness {
    static final int LAYERS = Integer.parseInt("several");
  }
}
