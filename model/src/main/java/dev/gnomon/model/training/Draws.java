package dev.gnomon.model.training;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.engine.Noise.Purpose;
import java.util.Arrays;

/**
 * What one step draws, and the images it trains on.
 *
 * @param images in [-1, 1], [B, C, H, W]
 * @param noise standard normal, [B, C, H, W]
 * @param times t in [0, 1), as far as the path trains, [B]
 * @param dropped whether each sample trains under the null condition, [B], or [B * patches] where
 *     each patch has a code
 */
public record Draws(float[] images, float[] noise, float[] times, boolean[] dropped) {

  /** The draws of a batch's step: a function of (seed, purpose, step) alone. */
  public static Draws of(TrainingSettings settings, ImageBatch batch) {
    long seed = settings.seed();
    boolean[] dropped = new boolean[batch.count() * settings.codesPerImage()];
    float[] chances = Noise.uniforms(seed, Purpose.DROP, batch.step(), dropped.length);
    for (int i = 0; i < dropped.length; i++) {
      dropped[i] = chances[i] < settings.condition().dropProbability();
    }
    return new Draws(
        images(batch.pixels()), noise(settings, batch), times(settings, batch), dropped);
  }

  /** Uniform in what the path trains on, in single precision as the network takes them. */
  private static float[] times(TrainingSettings settings, ImageBatch batch) {
    float[] times = Noise.uniforms(settings.seed(), Purpose.TIME, batch.step(), batch.count());
    float end = (float) settings.path().trainingEnd();
    for (int i = 0; i < times.length; i++) {
      times[i] *= end;
    }
    return times;
  }

  /** Those of images {@code from} to {@code to}, exclusive. */
  Draws part(int from, int to) {
    int values = images.length / times.length;
    int codes = dropped.length / times.length;
    return new Draws(
        Arrays.copyOfRange(images, from * values, to * values),
        Arrays.copyOfRange(noise, from * values, to * values),
        Arrays.copyOfRange(times, from, to),
        Arrays.copyOfRange(dropped, from * codes, to * codes));
  }

  /** The noise of a batch's step, the same for student and teacher. */
  static float[] noise(TrainingSettings settings, ImageBatch batch) {
    return Noise.normals(settings.seed(), Purpose.NOISE, batch.step(), batch.pixels().length);
  }

  /** uint8 pixels to [-1, 1]. */
  public static float[] images(byte[] pixels) {
    float[] images = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      images[i] = (pixels[i] & 0xff) / 127.5f - 1;
    }
    return images;
  }
}
