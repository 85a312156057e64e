package dev.gnomon.model.engine;

/**
 * Random numbers that are a pure function of (seed, purpose, step, element): the same on every
 * machine and thread, in any order, so that they are computed where they are needed and never sent.
 *
 * <p>Element i is word i mod 4 of Philox block (i / 4, purpose, step low, step high) under the key
 * (seed low, seed high). A draw holds up to 2^34 elements.
 */
public final class Noise {

  /** What a draw is for: draws of different purposes are independent. */
  public enum Purpose {
    /** The noise n that a training image is mixed with. */
    NOISE(1),
    /** The time t of each training image. */
    TIME(2),
    /** Which conditions are dropped in training. */
    DROP(3),
    /** Which images are mirrored. */
    FLIP(4),
    /** The permutation of an epoch. */
    SHUFFLE(5),
    INITIAL_WEIGHTS(6),
    /** The noise that a sample starts from. */
    SAMPLE_NOISE(7),
    /** The code that a sample is guided by. */
    SAMPLE_CODE(8),
    /** The images of the drawn shapes. */
    SHAPES(9),
    /** The weights of the seeded feature network. */
    FEATURES(10),
    CLUSTERING(11),
    /** The selection of reference images. */
    REFERENCE(12),
    /** The subsets that a kernel distance is averaged over. */
    SUBSETS(13),
    /** The noise that a stochastic solver adds in each step. */
    SAMPLE_STEP(14),
    /** The noise that an image is mixed with to take its features. */
    EXTRACTION(20),
    /** Which images of a set features are taken of. */
    SELECTION(21),
    /** The noise that an image is mixed with to find its code. */
    CODE(22);

    private final int id; // part of what a seed means: never renumbered

    Purpose(int id) {
      this.id = id;
    }
  }

  private Noise() {}

  /** Standard normal deviates 0 to {@code count}, one 32-bit word each. */
  public static float[] normals(long seed, Purpose purpose, long step, int count) {
    return normals(seed, purpose, step, 0, count);
  }

  /** Standard normal deviates {@code offset} to {@code offset + count}. */
  public static float[] normals(long seed, Purpose purpose, long step, long offset, int count) {
    int[] words = words(seed, purpose, step, offset, count);
    float[] normals = new float[count];
    for (int i = 0; i < count; i++) {
      normals[i] = (float) NormalQuantile.of(words[i]);
    }
    return normals;
  }

  /** Multiples of 2^-24 in [0, 1), from the upper 24 bits of one word each. */
  public static float[] uniforms(long seed, Purpose purpose, long step, int count) {
    return uniforms(seed, purpose, step, 0, count);
  }

  /** Uniform deviates {@code offset} to {@code offset + count}. */
  public static float[] uniforms(long seed, Purpose purpose, long step, long offset, int count) {
    int[] words = words(seed, purpose, step, offset, count);
    float[] uniforms = new float[count];
    for (int i = 0; i < count; i++) {
      uniforms[i] = (words[i] >>> 8) * 0x1p-24f;
    }
    return uniforms;
  }

  /** Words 0 to {@code count}, all 32 bits random. */
  public static int[] words(long seed, Purpose purpose, long step, int count) {
    return words(seed, purpose, step, 0, count);
  }

  /** Words {@code offset} to {@code offset + count}. */
  public static int[] words(long seed, Purpose purpose, long step, long offset, int count) {
    if (offset < 0 || count < 0 || offset + count > 1L << 34) {
      throw new IllegalArgumentException(
          "elements %d to %d of the draw for %s at step %d do not lie in [0, 2^34)"
              .formatted(offset, offset + count, purpose, step));
    }
    int[] words = new int[count];
    int[] block = new int[4];
    int skip = (int) (offset & 3);
    int index = (int) (offset >>> 2);
    for (int at = -skip; at < count; at += 4, index++) {
      Philox.block(
          index,
          purpose.id,
          (int) step,
          (int) (step >>> 32),
          (int) seed,
          (int) (seed >>> 32),
          block);
      if (at >= 0 && at + 4 <= count) {
        words[at] = block[0];
        words[at + 1] = block[1];
        words[at + 2] = block[2];
        words[at + 3] = block[3];
      } else {
        int from = Math.max(at, 0);
        System.arraycopy(block, from - at, words, from, Math.min(at + 4, count) - from);
      }
    }
    return words;
  }
}
