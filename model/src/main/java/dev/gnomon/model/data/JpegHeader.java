package dev.gnomon.model.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a JPEG file says before its picture begins (ITU-T T.81, annex B).
 *
 * @param components 1 (grey) or 3
 */
record JpegHeader(int width, int height, int components) {

  private static final int APP0 = 0xe0;
  private static final int APP2 = 0xe2;
  private static final int APP14 = 0xee;
  private static final int START_OF_SCAN = 0xda;
  private static final int LAST_OF_FRAMES = 0xc2; // baseline, extended and progressive, Huffman
  private static final byte[] ADOBE = name("Adobe");
  private static final byte[] COLOUR_PROFILE = name("ICC_PROFILE");
  private static final byte[] JFIF = name("JFIF");

  /**
   * The header of an ordinary file: 8 bits, grey or surely YCbCr, without a colour profile and
   * Adobe's marker. Empty for all others, and where the header is broken.
   */
  static Optional<JpegHeader> ordinary(byte[] file) {
    if (file.length < 4 || word(file, 0) != 0xffd8) {
      return Optional.empty();
    }
    boolean jfif = false;
    JpegHeader header = null;
    for (int at = 2; at + 4 <= file.length && (file[at] & 0xff) == 0xff; ) {
      int marker = file[at + 1] & 0xff;
      int length = word(file, at + 2);
      int body = at + 4;
      if (marker == START_OF_SCAN) {
        return Optional.ofNullable(header);
      }
      if (marker < 0xc0 || at + 2 + length > file.length) {
        return Optional.empty();
      }
      if (marker == APP14 && starts(file, body, ADOBE)
          || marker == APP2 && starts(file, body, COLOUR_PROFILE)) {
        return Optional.empty();
      }
      jfif |= marker == APP0 && starts(file, body, JFIF);
      if (marker >= 0xc0 && marker <= LAST_OF_FRAMES && header == null) {
        header = frame(file, body, length - 2, jfif);
      }
      at += 2 + length;
    }
    return Optional.empty();
  }

  private static JpegHeader frame(byte[] file, int at, int length, boolean jfif) {
    int components = length < 6 ? 0 : file[at + 5];
    int height = length < 6 ? 0 : word(file, at + 1);
    int width = length < 6 ? 0 : word(file, at + 3);
    boolean whole = length == 6 + 3 * components && file[at] == 8 && height > 0 && width > 0;
    if (!whole || components != 1 && components != 3) {
      return null;
    }
    if (components == 3 && !jfif) { // then readers guess by the components' numbers and sizes
      boolean numbered = file[at + 6] == 1 && file[at + 9] == 2 && file[at + 12] == 3;
      if (!numbered || file[at + 7] == file[at + 10]) {
        return null;
      }
    }
    return new JpegHeader(width, height, components);
  }

  private static int word(byte[] file, int at) {
    return (file[at] & 0xff) << 8 | file[at + 1] & 0xff;
  }

  private static boolean starts(byte[] file, int at, byte[] name) {
    return at + name.length <= file.length
        && Arrays.equals(file, at, at + name.length, name, 0, name.length);
  }

  private static byte[] name(String text) {
    return (text + "\0").getBytes(StandardCharsets.US_ASCII);
  }
}
