package dev.gnomon.model.checkpoint;

import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.HostTensor.Type;
import dev.gnomon.model.engine.WeightSet;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * Looks at each number of a half before it is written. A number is not finite where all bits of its
 * exponent are set, so the largest magnitude of a piece, as bits, tells: an integer maximum, which
 * runs at the speed of memory.
 */
final class FiniteWeights {

  private static final int PIECE = 4096;
  private static final int SINGLE = 0x7f800000; // infinity
  private static final long DOUBLE = 0x7ff0000000000000L;

  private FiniteWeights() {}

  /** Fails at the first number of {@code weights} that is not finite. */
  static void require(String half, long step, WeightSet weights) {
    weights
        .tensors()
        .forEach(
            (name, tensor) -> {
              long element = firstNotFinite(tensor);
              if (element >= 0) {
                throw new NonFiniteWeightsException(
                    half, step, name, element, value(tensor, element));
              }
            });
  }

  /** Index of the first element that is not finite; -1 where there is none. */
  static long firstNotFinite(HostTensor tensor) {
    return switch (tensor.type()) {
      case F32 -> singles(tensor.data().asIntBuffer());
      case F64 -> doubles(tensor.data().asLongBuffer());
      case I32, I64, U8 -> -1;
    };
  }

  private static long singles(IntBuffer bits) {
    int[] piece = new int[Math.min(PIECE, bits.remaining())];
    while (bits.hasRemaining()) {
      int from = bits.position();
      int count = Math.min(piece.length, bits.remaining());
      bits.get(piece, 0, count);
      int largest = 0;
      for (int i = 0; i < count; i++) {
        largest = Math.max(largest, piece[i] & Integer.MAX_VALUE);
      }
      for (int i = 0; largest >= SINGLE && i < count; i++) {
        if ((piece[i] & Integer.MAX_VALUE) >= SINGLE) {
          return from + i;
        }
      }
    }
    return -1;
  }

  private static long doubles(LongBuffer bits) {
    for (int i = 0; i < bits.limit(); i++) {
      if ((bits.get(i) & Long.MAX_VALUE) >= DOUBLE) {
        return i;
      }
    }
    return -1;
  }

  private static double value(HostTensor tensor, long element) {
    int at = (int) element; // a tensor is at most 2 GiB
    return tensor.type() == Type.F32
        ? tensor.data().asFloatBuffer().get(at)
        : tensor.data().asDoubleBuffer().get(at);
  }
}
