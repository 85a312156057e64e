package dev.gnomon.protocol;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.util.DefaultClassResolver;

/**
 * Bytes for Kryo that hold what they claim. Kryo allocates an array or a collection by the length
 * that it reads, before the elements come; here all lengths of a message together may claim no more
 * elements than it has bytes, so that what a message makes is a small multiple of its size.
 */
final class BoundedInput extends Input {

  private static final int SMALL = 128; // a length that is not counted: a list of so many nulls
  private int left;
  private boolean plainNumber;

  BoundedInput(byte[] bytes, int offset, int count) {
    super(bytes, offset, count);
    left = count;
  }

  @Override
  public int readVarInt(boolean optimizePositive) {
    int value = super.readVarInt(optimizePositive);
    return optimizePositive && !plainNumber ? counted(value) : value;
  }

  @Override
  public int readVarIntFlag(boolean optimizePositive) {
    int value = super.readVarIntFlag(optimizePositive);
    return optimizePositive ? counted(value) : value;
  }

  /** A value, such as the nanoseconds of an instant; lengths come by {@link #readVarInt}. */
  @Override
  public int readInt(boolean optimizePositive) {
    plainNumber = true;
    try {
      return super.readInt(optimizePositive);
    } finally {
      plainNumber = false;
    }
  }

  private int counted(int length) {
    if (length < 0 || (length > SMALL && length > left)) {
      throw new KryoException(
          "it claims %s elements, more than its bytes hold"
              .formatted(Integer.toUnsignedString(length)));
    }
    left -= length > SMALL ? length : 0;
    return length;
  }

  /** Classes by the numbers they were registered under, never by names that a message brings. */
  static final class NumberedClasses extends DefaultClassResolver {

    @Override
    public Registration readClass(Input input) {
      if (input instanceof BoundedInput bounded) {
        bounded.plainNumber = true; // the class's
        try {
          return super.readClass(input);
        } finally {
          bounded.plainNumber = false;
        }
      }
      return super.readClass(input);
    }

    @Override
    protected Registration readName(Input input) {
      throw new KryoException("it names a class instead of giving its number");
    }
  }
}
