package dev.gnomon.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Arrays as packed little-endian bytes, copied in bulk. Wrapping without a copy is safe here:
 * arrays in messages are never written to, and {@link #bytes} hands out copies.
 */
final class Packed {

  private Packed() {}

  static ByteString of(byte[] values) {
    return UnsafeByteOperations.unsafeWrap(values);
  }

  static ByteString of(int[] values) {
    ByteBuffer packed = allocate(values.length, Integer.BYTES);
    packed.asIntBuffer().put(values);
    return UnsafeByteOperations.unsafeWrap(packed);
  }

  static ByteString of(long[] values) {
    ByteBuffer packed = allocate(values.length, Long.BYTES);
    packed.asLongBuffer().put(values);
    return UnsafeByteOperations.unsafeWrap(packed);
  }

  static ByteString of(float[] values) {
    ByteBuffer packed = allocate(values.length, Float.BYTES);
    packed.asFloatBuffer().put(values);
    return UnsafeByteOperations.unsafeWrap(packed);
  }

  static byte[] bytes(ByteString packed) {
    return packed.toByteArray();
  }

  static int[] ints(ByteString packed) {
    int[] values = new int[count(packed, Integer.BYTES)];
    littleEndian(packed).asIntBuffer().get(values);
    return values;
  }

  static long[] longs(ByteString packed) {
    long[] values = new long[count(packed, Long.BYTES)];
    littleEndian(packed).asLongBuffer().get(values);
    return values;
  }

  static float[] floats(ByteString packed) {
    float[] values = new float[count(packed, Float.BYTES)];
    littleEndian(packed).asFloatBuffer().get(values);
    return values;
  }

  private static ByteBuffer allocate(int count, int width) {
    return ByteBuffer.allocate(Math.multiplyExact(count, width)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer littleEndian(ByteString packed) {
    return packed.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int count(ByteString packed, int width) {
    if (packed.size() % width != 0) {
      throw new IllegalArgumentException(
          "an array of %d bytes does not hold whole numbers of %d bytes"
              .formatted(packed.size(), width));
    }
    return packed.size() / width;
  }
}
