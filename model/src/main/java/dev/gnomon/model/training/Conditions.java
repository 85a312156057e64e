package dev.gnomon.model.training;

import java.util.Arrays;

/**
 * What the trunk trains under at one step: a code for each image, or for each patch of each image,
 * and the prototype rows that the codes name, each once.
 *
 * @param version the weight version the codes come from, or -1 for conditions without a teacher
 * @param codes code of each image, [batch], or of its patches, [batch * patches]; empty in a step
 *     without conditions
 * @param rowCodes codes whose rows follow, ascending; empty where the trunk owns the embedding
 * @param rows prototype rows, [rowCodes.length, width]
 */
public record Conditions(long step, long version, int[] codes, int[] rowCodes, float[] rows) {

  /** A step without conditions, as every step of stage 1. */
  public static Conditions none(long step) {
    return new Conditions(step, -1, new int[0], new int[0], new float[0]);
  }

  /** Codes into an embedding that the trunk owns, such as labels. */
  public static Conditions codes(long step, int[] codes) {
    return new Conditions(step, -1, codes, new int[0], new float[0]);
  }

  /** Those of images {@code from} to {@code to}, exclusive, of a batch of {@code images}. */
  Conditions part(int from, int to, int images) {
    int each = codes.length / images;
    int[] some = Arrays.copyOfRange(codes, from * each, to * each);
    return new Conditions(step, version, some, rowCodes, rows);
  }
}
