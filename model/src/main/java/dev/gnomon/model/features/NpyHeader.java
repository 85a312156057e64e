package dev.gnomon.model.features;

import dev.gnomon.model.data.DataException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a .npy file says of itself: element type and shape (NumPy Enhancement Proposal 1, version
 * 1.0). Only little-endian arrays in row-major order, of the three types that are written here.
 */
record NpyHeader(Type type, long[] shape) {

  /** Magic, version 1.0, and the length of the rest. */
  static final int PREFIX = 10;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;
  private static final Pattern TEXT =
      Pattern.compile(
          "\\{'descr': '(<f4|<i4|<i8)', 'fortran_order': False, 'shape': \\(([\\d, ]*)\\), \\}"
              + " *\\n");

  /** Element types. */
  enum Type {
    /** Only written. */
    U8("|u1", 1),
    F32("<f4", 4),
    I32("<i4", 4),
    I64("<i8", 8);

    private final String text;
    private final int bytes;

    Type(String text, int bytes) {
      this.text = text;
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }
  }

  /** Number of elements. */
  long elements() {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /** The header's bytes, a multiple of 64. */
  byte[] encode() {
    String sizes =
        Arrays.stream(shape).mapToObj(size -> size + ",").collect(Collectors.joining(" "));
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(type.text, shape.length == 1 ? sizes : sizes.replaceFirst(",$", ""));
    int whole = (PREFIX + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] bytes = new byte[whole];
    Arrays.fill(bytes, (byte) ' ');
    System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
    bytes[MAGIC.length] = (byte) (whole - PREFIX);
    bytes[MAGIC.length + 1] = (byte) ((whole - PREFIX) >> 8);
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, bytes, PREFIX, ascii.length);
    bytes[whole - 1] = '\n';
    return bytes;
  }

  /** Bytes of the text that follows the first {@link #PREFIX} bytes. */
  static int textLength(Path file, byte[] prefix) {
    if (prefix.length < PREFIX || !Arrays.equals(prefix, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new DataException(file + ": is not a .npy file of version 1.0");
    }
    return (prefix[MAGIC.length] & 0xff) | (prefix[MAGIC.length + 1] & 0xff) << 8;
  }

  /** The header whose text is {@code text}. */
  static NpyHeader decode(Path file, byte[] text) {
    Matcher matcher = TEXT.matcher(new String(text, StandardCharsets.ISO_8859_1));
    if (!matcher.matches()) {
      throw new DataException(
          file
              + ": its header is not one of a little-endian array of float32, int32 or int64 in"
              + " row-major order");
    }
    Type type =
        Arrays.stream(Type.values())
            .filter(known -> known.text.equals(matcher.group(1)))
            .findFirst()
            .orElseThrow();
    try {
      long[] shape =
          Arrays.stream(matcher.group(2).split(","))
              .map(String::strip)
              .filter(size -> !size.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      NpyHeader header = new NpyHeader(type, shape);
      Math.multiplyExact(header.elements(), type.bytes);
      return header;
    } catch (NumberFormatException | ArithmeticException e) {
      throw new DataException(file + ": its header has no shape that a file could hold", e);
    }
  }
}
