package dev.gnomon.model.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor in host memory: element type, shape, and its elements in row-major order, little-endian.
 *
 * <p>The buffer is read-only to its readers; it may be heap memory, direct memory or part of a
 * mapped file. A tensor is at most 2 GiB, which is also the limit of one native array.
 */
public record HostTensor(Type type, long[] shape, ByteBuffer data) {

  /** Element types that weights and checkpoints use, by their safetensors names. */
  public enum Type {
    F32(4),
    F64(8),
    I32(4),
    I64(8),
    U8(1);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    /** Size of one element in bytes. */
    public int bytes() {
      return bytes;
    }
  }

  public HostTensor {
    shape = shape.clone();
    data = data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long expected = elements(shape) * type.bytes();
    if (data.remaining() != expected) {
      throw new IllegalArgumentException(
          "a %s tensor of shape %s takes %d bytes, got %d"
              .formatted(type, Arrays.toString(shape), expected, data.remaining()));
    }
  }

  /** A float tensor that holds a copy of {@code values}. */
  public static HostTensor of(float[] values, long... shape) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new HostTensor(Type.F32, shape, data);
  }

  /** A double tensor that holds a copy of {@code values}. */
  public static HostTensor of(double[] values, long... shape) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    data.asDoubleBuffer().put(values);
    return new HostTensor(Type.F64, shape, data);
  }

  /** A tensor of 64-bit integers that holds a copy of {@code values}. */
  public static HostTensor of(long[] values, long... shape) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return new HostTensor(Type.I64, shape, data);
  }

  /** The elements as a view of their own position and limit, little-endian. */
  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public long elements() {
    return elements(shape);
  }

  /** A copy of the elements of an F32 tensor. */
  public float[] floats() {
    require(Type.F32);
    float[] values = new float[Math.toIntExact(elements())];
    data().asFloatBuffer().get(values);
    return values;
  }

  /** A copy of the elements of an F64 tensor. */
  public double[] doubles() {
    require(Type.F64);
    double[] values = new double[Math.toIntExact(elements())];
    data().asDoubleBuffer().get(values);
    return values;
  }

  /** A copy of the elements of an I64 tensor. */
  public long[] longs() {
    require(Type.I64);
    long[] values = new long[Math.toIntExact(elements())];
    data().asLongBuffer().get(values);
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HostTensor tensor
        && type == tensor.type
        && Arrays.equals(shape, tensor.shape)
        && data.equals(tensor.data);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + data.hashCode();
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }

  private void require(Type expected) {
    if (type != expected) {
      throw new IllegalStateException("expected a tensor of " + expected + ", this one is " + type);
    }
  }

  private static long elements(long[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }
}
