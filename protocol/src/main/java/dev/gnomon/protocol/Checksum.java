package dev.gnomon.protocol;

import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The first four bytes of every message: CRC-32C of the rest, little-endian. A protobuf message cut
 * between two fields is a protobuf message still, so nothing else would notice.
 */
final class Checksum {

  static final int BYTES = 4;

  private Checksum() {}

  /** Writes the checksum of {@code [start + 4, end)} at {@code start}. */
  static void write(ByteBuffer buffer, int start, int end) {
    ByteBuffer body = buffer.duplicate().position(start + BYTES).limit(end);
    buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN).putInt(start, of(body));
  }

  /** What follows the checksum, which must be right. */
  static ByteBuffer verified(ByteBuffer message, String name) throws NotSerializableException {
    if (message.remaining() < BYTES) {
      throw new NotSerializableException(
          "%s of %d bytes is cut short: it does not even hold its checksum; it was dropped"
              .formatted(name, message.remaining()));
    }
    ByteBuffer body = message.slice().order(ByteOrder.LITTLE_ENDIAN);
    int expected = body.getInt();
    int found = of(body.duplicate());
    if (found != expected) {
      throw new NotSerializableException(
          "%s of %d bytes was cut short or changed on its way: its checksum is %08x instead of %08x; it was dropped"
              .formatted(name, message.remaining(), found, expected));
    }
    return body.slice();
  }

  private static int of(ByteBuffer body) {
    CRC32C checksum = new CRC32C();
    checksum.update(body);
    return (int) checksum.getValue();
  }
}
