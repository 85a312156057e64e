package dev.gnomon.model.diffusion;

import java.util.Arrays;

/**
 * The condition of each image on the straight line from one code's to another's: (1 - share) of the
 * one, share of the other. Between prototypes that is linear interpolation of their rows, as BigGAN
 * interpolates class embeddings (Brock et al., 2019, section 4.2).
 *
 * @param from codes, [count * codes of an image]; all -1 = without any, at both ends
 * @param to codes, as many
 * @param shares in [0, 1], [count]
 */
public record Blend(int[] from, int[] to, float[] shares) {

  public Blend {
    if (shares.length == 0 || from.length != to.length || from.length % shares.length != 0) {
      throw new IllegalArgumentException(
          "%d codes, %d codes and %d shares are no conditions of as many images"
              .formatted(from.length, to.length, shares.length));
    }
    if (from[0] < 0 != to[0] < 0) {
      throw new IllegalArgumentException("no condition lies between a code and none");
    }
  }

  /** Each of {@code count} images under its own codes alone. */
  static Blend of(int[] codes, int count) {
    return new Blend(codes, codes, new float[count]);
  }

  /** Whether an image lies between two codes. */
  boolean between() {
    return !Arrays.equals(from, to);
  }

  boolean conditional() {
    return from[0] >= 0;
  }

  int count() {
    return shares.length;
  }
}
