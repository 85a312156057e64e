package dev.gnomon.actors.transport;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Watches what one node says to another over a connection of Akka's remoting (Artery over TCP):
 * {@code AKKA}, a byte that names the stream, then frames of a length (little-endian) and so many
 * bytes. Akka itself takes frames of any length and waits for all of it, and messages by any of its
 * serializers.
 */
final class FrameCheck {

  private static final int GREETING = ByteBuffer.wrap(ascii("AKKA")).getInt();
  private static final int MOST_STREAMS = 3; // control, ordinary, large
  private static final int LEAST_BYTES = 28; // of a frame's header: version ... serializer ...
  private static final int SERIALIZER_AT = 12;
  private static final int LOOKED_AT = SERIALIZER_AT + Integer.BYTES;
  private static final byte VERSION = 0;

  /** Akka's for nothing at all, of Java, for any protobuf, and for actors to be made here. */
  private static final Set<Integer> SERIALIZERS_OF_NOBODY = Set.of(0, 1, 2, 3);

  private final ByteBuffer start = ByteBuffer.allocate(Integer.BYTES + LOOKED_AT).limit(5);
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

  /** What came first, or a frame's length with the first of its header. */
  private void begin() throws ProtocolException {
    start.flip();
    if (greeted) {
      frame(start.order(ByteOrder.LITTLE_ENDIAN));
    } else {
      greeting(start.order(ByteOrder.BIG_ENDIAN));
    }
    start.clear();
  }

  private void greeting(ByteBuffer said) throws ProtocolException {
    int word = said.getInt();
    int stream = said.get();
    if (word != GREETING || stream < 1 || stream > MOST_STREAMS) {
      throw new ProtocolException("it does not speak as a node does");
    }
    greeted = true;
  }

  private void frame(ByteBuffer said) throws ProtocolException {
    int length = said.getInt();
    byte version = said.get(Integer.BYTES);
    int serializer = said.getInt(Integer.BYTES + SERIALIZER_AT);
    if (length < LEAST_BYTES || length > largest || version != VERSION) {
      throw new ProtocolException(
          "it sends a frame of %s bytes and version %d; %d to %d of version %d are in order"
              .formatted(Integer.toUnsignedString(length), version, LEAST_BYTES, largest, VERSION));
    }
    if (SERIALIZERS_OF_NOBODY.contains(serializer)) {
      throw new ProtocolException(
          "it sends a message by serializer %d, by which no node sends".formatted(serializer));
    }
    left = length - LOOKED_AT;
  }
}
