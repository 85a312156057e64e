package dev.gnomon.model.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What tells a set of images from another: SHA-256 over how many there are, their shape, the names
 * of their labels, and pixels and labels of all of them, or of 4,096 that are spread over the set.
 */
public final class ImageSetDigest {

  private static final int MOST = 4096; // images that are read

  private ImageSetDigest() {}

  /** The digest of a set, 64 hex digits. */
  public static String of(ImageSet set) {
    MessageDigest sha256 = sha256();
    add(sha256, set.count(), set.channels(), set.size(), set.labelNames().size());
    for (String name : set.labelNames()) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      add(sha256, bytes.length);
      sha256.update(bytes);
    }
    byte[] pixels = new byte[set.channels() * set.size() * set.size()];
    int read = Math.min(set.count(), MOST);
    for (int i = 0; i < read; i++) {
      int index = (int) ((long) i * set.count() / read);
      set.read(index, pixels, 0);
      add(sha256, set.label(index));
      sha256.update(pixels);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static void add(MessageDigest digest, int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES);
    bytes.asIntBuffer().put(numbers);
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
