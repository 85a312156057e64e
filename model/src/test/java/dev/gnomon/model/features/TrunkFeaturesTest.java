package dev.gnomon.model.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.diffusion.PathKind;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.SequentialTraining;
import dev.gnomon.model.training.TinyRun;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrunkFeaturesTest {

  private final ComputeDevice device = ComputeDevice.open("cpu", 1);
  private final TrainingSettings settings = TinyRun.settings(Source.LABELS, 1, 1);

  @AfterEach
  void close() {
    device.close();
  }

  /**
   * On a line and on a circle images without noise are the same points; those with noise are not.
   */
  @Test
  void imagesAreSeenOnThePathOfTheRun() {
    WeightSet trunk = trunk();
    float[] line = features(PathKind.LINEAR, trunk, 0);
    float[] circle = features(PathKind.GVP, trunk, 0);
    assertThat(line).hasSize(TinyRun.BATCH * settings.network().width());
    assertThat(circle).containsExactly(line, within(1e-2f)); // sigma-min is 1e-4
    assertThat(distance(features(PathKind.GVP, trunk, 0.5), features(PathKind.LINEAR, trunk, 0.5)))
        .isGreaterThan(100 * distance(circle, line));
  }

  private WeightSet trunk() {
    try (SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
      run.next();
      return run.save().trunk().under("ema.");
    }
  }

  private float[] features(PathKind path, WeightSet trunk, double noiseLevel) {
    ImageBatch images = TinyRun.batch(2);
    try (TrunkFeatures source =
        new TrunkFeatures(device, settings.withPath(path.path()), trunk, Pool.MEAN, 7)) {
      String middle = source.layers().get(settings.network().depth() / 2);
      return source.features(images, noiseLevel, Set.of(middle)).get(middle);
    }
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}
