package dev.gnomon.model.diffusion;

import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.engine.Noise.Purpose;
import dev.gnomon.model.training.TrainingSettings;
import java.util.Arrays;

/**
 * Under which codes images are sampled: as often as the data has them, or all alike.
 *
 * @param perImage codes of an image
 * @param histogram images of each code, or label; empty where none are counted
 * @param layouts codes of images that were trained on, [any, perImage], where each patch has one
 * @param guided whether there are codes to follow
 */
record CodeChoice(
    TrainingSettings.Condition condition,
    int perImage,
    double[] histogram,
    int[] layouts,
    boolean guided) {

  /** How often each code is drawn, as shares of their sum. */
  double[] weights() {
    if (Arrays.stream(histogram).anyMatch(count -> count > 0)) {
      return histogram;
    }
    double[] equal = new double[histogram.length > 0 ? histogram.length : condition.classes()];
    Arrays.fill(equal, 1); // a checkpoint before whose step no batch counted
    return equal;
  }

  /** The codes of block {@code block}, of so many images; -1 where there is nothing to follow. */
  int[] drawn(long seed, long block, int images) {
    int[] drawn = new int[images * perImage];
    Arrays.fill(drawn, -1);
    if (guided) {
      float[] chances = Noise.uniforms(seed, Purpose.SAMPLE_CODE, block, images);
      if (condition.source().perPatch()) {
        drawLayouts(chances, drawn);
      } else {
        drawCodes(chances, drawn);
      }
    }
    return drawn;
  }

  private void drawCodes(float[] chances, int[] drawn) {
    CodeDraw draw = new CodeDraw(weights());
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = draw.of(chances[i]);
    }
  }

  private void drawLayouts(float[] chances, int[] drawn) {
    int kept = layouts.length / perImage;
    for (int i = 0; i < chances.length && kept > 0; i++) {
      int chosen = (int) ((double) chances[i] * kept);
      System.arraycopy(layouts, chosen * perImage, drawn, i * perImage, perImage);
    }
  }

  /** The codes of images that all have the same: those of one, or one for all its patches. */
  int[] alike(int images, int... image) {
    int[] codes = new int[images * perImage];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = image[i % image.length];
    }
    return codes;
  }
}
