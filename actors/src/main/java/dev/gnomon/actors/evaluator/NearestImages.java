package dev.gnomon.actors.evaluator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Of each code the images that are nearest to its prototype: those with the highest score of it, by
 * which the teacher's features were given that code. Where scores are not known, the first ones.
 */
final class NearestImages {

  private record Image(byte[] pixels, float closeness) {}

  private final int most;
  private final List<List<Image>> byCode; // each from near to far
  private final int[] counts;

  /**
   * No images yet.
   *
   * @param most images that are kept of a code
   */
  NearestImages(int codes, int most) {
    this.most = most;
    this.byCode = new ArrayList<>(Collections.nCopies(codes, List.of()));
    this.counts = new int[codes];
  }

  /**
   * Adds a block of images.
   *
   * @param codes of each; those that no prototype has, such as -1, are left out
   * @param closeness of each to its code's prototype, or empty
   * @param pixels of each, one after another
   */
  void add(int[] codes, float[] closeness, byte[] pixels) {
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] >= 0 && codes[i] < counts.length) {
        counts[codes[i]]++;
        int each = pixels.length / codes.length;
        byte[] own = Arrays.copyOfRange(pixels, i * each, (i + 1) * each);
        add(codes[i], new Image(own, closeness.length == codes.length ? closeness[i] : 0));
      }
    }
  }

  private void add(int code, Image image) {
    List<Image> with = new ArrayList<>(byCode.get(code));
    with.add(image);
    with.sort(Comparator.comparingDouble(kept -> -kept.closeness())); // stable: the first first
    byCode.set(code, with.subList(0, Math.min(most, with.size())));
  }

  /** Images that were added with {@code code}. */
  int count(int code) {
    return counts[code];
  }

  /** Whether there is an image with a code. */
  boolean any() {
    return Arrays.stream(counts).anyMatch(count -> count > 0);
  }

  /** The images of {@code code}, from near to far. */
  List<byte[]> of(int code) {
    return byCode.get(code).stream().map(Image::pixels).toList();
  }
}
