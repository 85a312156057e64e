package dev.gnomon.actors.stage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Bytes as an enemy, or a broken node, would change them: lengths first of all. */
public final class Mutation {

  private static final int[] NUMBERS = {
    0, 1, -1, 127, 128, 255, 256, 65_535, 1 << 20, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE
  };
  private static final byte[][] LENGTHS = { // as varints: 2^31 - 1, 2^32 - 1, 2^28, 16383, 2^63 - 1
    {-1, -1, -1, -1, 7},
    {-1, -1, -1, -1, 15},
    {-128, -128, -128, -128, 1},
    {-1, 127},
    {-1, -1, -1, -1, -1, -1, -1, -1, 127}
  };

  private final Random random;

  public Mutation(Random random) {
    this.random = random;
  }

  /** {@code bytes}, changed in a few places; {@code other} gives the tail of some. */
  public byte[] of(byte[] bytes, byte[] other) {
    byte[] changed = bytes.clone();
    do {
      changed = once(changed, other);
    } while (random.nextInt(3) == 0);
    return changed;
  }

  private byte[] once(byte[] bytes, byte[] other) {
    int at = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, at + random.nextInt(16));
    switch (random.nextInt(9)) {
      case 0:
        return Arrays.copyOf(bytes, at);
      case 1:
        return joined(bytes, at, new byte[0], to);
      case 2:
        return joined(bytes, at, noise(1 + random.nextInt(16)), at);
      case 3:
        return joined(bytes, to, Arrays.copyOfRange(bytes, at, to), to);
      case 4:
        return joined(bytes, at, LENGTHS[random.nextInt(LENGTHS.length)], to);
      case 5:
        return joined(bytes, at, number(), Math.min(bytes.length, at + Integer.BYTES));
      case 6:
        return joined(
            bytes,
            at,
            Arrays.copyOfRange(other, random.nextInt(other.length + 1), other.length),
            bytes.length);
      case 7:
        return noise(random.nextInt(64));
      default:
        byte[] flipped = bytes.length == 0 ? noise(1) : bytes.clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        return flipped;
    }
  }

  private byte[] number() {
    ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(order);
    return bytes.putInt(NUMBERS[random.nextInt(NUMBERS.length)]).array();
  }

  private byte[] noise(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] joined(byte[] bytes, int head, byte[] middle, int tail) {
    byte[] all = Arrays.copyOf(bytes, head + middle.length + bytes.length - tail);
    System.arraycopy(middle, 0, all, head, middle.length);
    System.arraycopy(bytes, tail, all, head + middle.length, bytes.length - tail);
    return all;
  }
}
