package dev.gnomon.actors.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.gnomon.actors.stage.Mutation;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameCheckTest {

  private static final int LARGEST = 1000;
  private static final int FUZZED = 60_000;
  private static final long SEED = Long.getLong("fuzz.seed", new Random().nextLong());

  private static byte[] said(int... lengths) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    said.writeBytes("AKKA\2".getBytes(StandardCharsets.US_ASCII));
    for (int length : lengths) {
      byte[] word = new byte[Integer.BYTES];
      ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).putInt(length);
      said.writeBytes(word);
      byte[] frame = new byte[Math.max(28, Math.min(length, LARGEST + 1))];
      frame[12] = 17; // its serializer
      said.writeBytes(frame);
    }
    return said.toByteArray();
  }

  private static void check(byte[] said, int pieces) throws ProtocolException {
    FrameCheck check = new FrameCheck(LARGEST);
    for (int at = 0; at < said.length; at += pieces) {
      byte[] piece = Arrays.copyOfRange(said, at, Math.min(said.length, at + pieces));
      check.pass(piece, piece.length);
    }
  }

  @Test
  void framesPassHoweverTheyAreCut() {
    byte[] said = said(28, LARGEST, 29, 500);
    for (int pieces = 1; pieces <= said.length; pieces++) {
      int size = pieces;
      assertThatCode(() -> check(said, size)).doesNotThrowAnyException();
    }
  }

  @Test
  void aFrameThatIsNoneIsRefusedByItsFirstBytes() {
    for (int length :
        new int[] {0, 1, 27, -1, -4, LARGEST + 1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      byte[] said = said(40, length);
      byte[] upTo = Arrays.copyOf(said, 5 + 4 + 40 + 20);
      for (int pieces : new int[] {1, 3, upTo.length}) {
        assertThatThrownBy(() -> check(upTo, pieces))
            .isInstanceOf(ProtocolException.class)
            .hasMessageContaining("a frame of " + Integer.toUnsignedString(length) + " bytes");
      }
    }
  }

  @Test
  void anotherVersionOfTheHeaderIsRefused() {
    byte[] said = said(40);
    said[9] = 1;
    assertThatThrownBy(() -> check(said, 7)).hasMessageContaining("version 1");
  }

  @Test
  void aSerializerThatNoNodeUsesIsRefused() {
    for (int serializer = 0; serializer < 4; serializer++) {
      byte[] said = said(40);
      said[5 + 4 + 12] = (byte) serializer;
      assertThatThrownBy(() -> check(said, 11)).hasMessageContaining("by serializer " + serializer);
    }
  }

  @Test
  void whoDoesNotGreetIsRefused() {
    for (String greeting : new String[] {"GET / HTTP/1.1", "AKKB\2...", "AKKA\0", "AKKA\4"}) {
      byte[] said = greeting.getBytes(StandardCharsets.US_ASCII);
      assertThatThrownBy(() -> check(said, 2))
          .isInstanceOf(ProtocolException.class)
          .hasMessage("it does not speak as a node does");
    }
  }

  /** Whatever comes, it passes or is refused, nothing is kept of it, and no frame is longer. */
  @Test
  void fuzzed() {
    System.out.println("fuzz.seed=" + SEED);
    Random random = new Random(SEED);
    Mutation mutation = new Mutation(random);
    byte[] said = said(28, 100, LARGEST, 30);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int refused = 0;
    long most = 0;
    for (int i = 0; i < FUZZED; i++) {
      byte[] changed = mutation.of(said, said);
      FrameCheck check = new FrameCheck(LARGEST);
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        check.pass(changed, changed.length);
      } catch (ProtocolException expected) {
        refused++;
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      most = i > 100 ? Math.max(most, allocated) : most;
    }
    assertThat(refused).isBetween(FUZZED / 4, FUZZED - 1);
    assertThat(most).as("seed %d", SEED).isLessThan(64 << 10);
  }
}
