package dev.gnomon.launch.report;

import java.awt.Color;

/** Colours of groups: ten that are told apart well, or as many as there are along the circle. */
final class Colours {

  private static final int[] TEN = { // Tableau 10
    0x4e79a7, 0xf28e2b, 0xe15759, 0x59a14f, 0x76b7b2, 0xb07aa1, 0xedc948, 0xff9da7, 0x9c755f,
    0x8f8a86
  };
  private static final double GOLDEN = 0.6180339887498949; // far from all hues before

  private Colours() {}

  /** The colour of a group, of {@code count}. */
  static Color of(int group, int count) {
    if (count <= TEN.length) {
      return new Color(TEN[group]);
    }
    float hue = (float) (group * GOLDEN % 1);
    float brightness = group % 2 == 0 ? 0.85f : 0.62f;
    return Color.getHSBColor(hue, 0.68f, brightness);
  }

  /** The same as a page names it. */
  static String web(int group, int count) {
    return "#%06x".formatted(of(group, count).getRGB() & 0xffffff);
  }
}
