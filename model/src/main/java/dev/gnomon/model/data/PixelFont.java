package dev.gnomon.model.data;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Letters of 3 x 5 pixels, drawn the same on every machine, also where no fonts are installed.
 * Small letters are drawn as capitals, unknown characters as a dot.
 */
final class PixelFont {

  /** Width of a letter with the gap behind it, in font pixels. */
  static final int ADVANCE = 4;

  /** Height of a letter in font pixels. */
  static final int HEIGHT = 5;

  /** Five rows of three pixels a letter, a hex digit a row, most significant bit left. */
  private static final String GLYPHS =
      "075557 126227 271747 371717 455711 574717 674757 771122 875757 975717"
          + " A25755 B65656 C34443 D65556 E74647 F74644 G34553 H55755 I72227 J11152 K55655"
          + " L44447 M57755 N65555 O25552 P65644 Q25563 R65655 S34216 T72222 U55557 V55552"
          + " W55775 X55255 Y55222 Z71247 -00700 .00002 ,00024 :02020 =07070 +02720 /11244"
          + " (24442 )42224 %51245 #57575 |22222";

  private static final Map<Character, int[]> ROWS =
      IntStream.range(0, (GLYPHS.length() + 1) / 7)
          .mapToObj(i -> GLYPHS.substring(7 * i, 7 * i + 6))
          .collect(
              Collectors.toMap(
                  glyph -> glyph.charAt(0),
                  glyph -> glyph.chars().skip(1).map(digit -> digit - '0').toArray()));

  private PixelFont() {}

  /** Width of {@code text} in font pixels. */
  static int width(String text) {
    return text.length() * ADVANCE;
  }

  /** Whether font pixel (x, y) of {@code text} is ink. */
  static boolean ink(String text, int x, int y) {
    char letter = text.toUpperCase(Locale.ROOT).charAt(x / ADVANCE);
    if (letter == ' ' || x % ADVANCE == ADVANCE - 1) {
      return false;
    }
    return (ROWS.getOrDefault(letter, ROWS.get('.'))[y] >> (2 - x % ADVANCE) & 1) == 1;
  }
}
