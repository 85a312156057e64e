package dev.gnomon.model.checkpoint;

import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * One SHA-256 over all weights of a checkpoint: equal digests mean equal bits in every tensor.
 *
 * <p>Halves by name, in each the tensors by name: half, name, element type, shape, bytes. Where the
 * tensors lie in their files, when they were written and in which lineage does not matter.
 */
public final class WeightDigest {

  private WeightDigest() {}

  /** The digest in hex of the weights of each half. */
  public static String of(Map<String, WeightSet> halves) {
    MessageDigest digest = sha256();
    new TreeMap<>(halves)
        .forEach(
            (half, weights) ->
                new TreeMap<>(weights.tensors())
                    .forEach((name, tensor) -> add(digest, half, name, tensor)));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, String half, String name, HostTensor tensor) {
    long[] shape = tensor.shape();
    addText(digest, half);
    addText(digest, name);
    addText(digest, tensor.type().name());
    ByteBuffer extents = ByteBuffer.allocate(Long.BYTES * (1 + shape.length)).putLong(shape.length);
    for (long extent : shape) {
      extents.putLong(extent);
    }
    digest.update(extents.flip());
    digest.update(tensor.data());
  }

  /** With its length in front, so that no two sequences of texts give the same bytes. */
  private static void addText(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
