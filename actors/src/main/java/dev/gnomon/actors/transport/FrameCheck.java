package dev.gnomon.actors.transport;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Watches what one node says to another over a connection of Akka's remoting (Artery over TCP):
 * {@code AKKA}, a byte that names the stream, then frames of a length (little-endian) and so many
 * bytes. Akka itself takes frames of any length, and waits for all of it.
 */
final class FrameCheck {

  private static final int GREETING = ByteBuffer.wrap(ascii("AKKA")).getInt();
  private static final int MOST_STREAMS = 3; // control, ordinary, large
  private static final int LEAST_BYTES = 28; // of a frame's header
  private static final byte VERSION = 0;

  private final ByteBuffer start = ByteBuffer.allocate(5).limit(5);
  private final int largest;
  private boolean greeted;
  private int left; // bytes of the frame that is passing

  /** Frames of no more than {@code largest} bytes. */
  FrameCheck(int largest) {
    this.largest = largest;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether it is a node of Akka's that speaks; known after five bytes. */
  boolean greeted() {
    return greeted;
  }

  /**
   * Takes the next bytes.
   *
   * @throws ProtocolException at the first that no node would send
   */
  void pass(byte[] bytes, int count) throws ProtocolException {
    int at = 0;
    while (at < count) {
      if (left > 0) {
        int passing = Math.min(left, count - at);
        left -= passing;
        at += passing;
      } else {
        start.put(bytes[at++]);
        if (!start.hasRemaining()) {
          begin();
        }
      }
    }
  }

  /** What came first, or a frame's length with the first of its bytes. */
  private void begin() throws ProtocolException {
    start.flip();
    if (!greeted) {
      int word = start.order(ByteOrder.BIG_ENDIAN).getInt();
      int stream = start.get();
      if (word != GREETING || stream < 1 || stream > MOST_STREAMS) {
        throw new ProtocolException("it does not speak as a node does");
      }
      greeted = true;
    } else {
      int length = start.order(ByteOrder.LITTLE_ENDIAN).getInt();
      byte version = start.get();
      if (length < LEAST_BYTES || length > largest || version != VERSION) {
        throw new ProtocolException(
            "it sends a frame of %s bytes and version %d; %d to %d of version %d are in order"
                .formatted(
                    Integer.toUnsignedString(length), version, LEAST_BYTES, largest, VERSION));
      }
      left = length - 1;
    }
    start.clear();
  }
}
