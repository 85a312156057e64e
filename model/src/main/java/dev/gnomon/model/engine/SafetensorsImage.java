package dev.gnomon.model.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The bytes of a safetensors file that lie in memory, in the tensors' own: those that a set of
 * weights would have as a file, or those of a file that is on its way here.
 */
public final class SafetensorsImage {

  private static final int LENGTH_BYTES = Long.BYTES;

  private final NavigableMap<Long, ByteBuffer> parts = new TreeMap<>(); // by where they begin
  private final ByteBuffer head;
  private final WeightSet weights;
  private final long size;

  private SafetensorsImage(
      ByteBuffer head,
      SafetensorsHeader header,
      Function<String, ByteBuffer> places,
      WeightSet weights) {
    this.head = head.asReadOnlyBuffer();
    this.weights = weights;
    parts.put(0L, this.head);
    long begin = head.remaining();
    long end = begin;
    for (SafetensorsHeader.Entry entry : header.byOffset()) {
      if (entry.bytes() > 0) {
        parts.put(begin + entry.from(), places.apply(entry.name()));
      }
      end = begin + entry.to();
    }
    this.size = end;
  }

  /** The image of {@code weights}, in their own memory. */
  public static SafetensorsImage of(WeightSet weights, Map<String, String> metadata) {
    SafetensorsHeader header = SafetensorsHeader.of(weights, metadata);
    byte[] json = header.encode();
    ByteBuffer head =
        ByteBuffer.allocate(LENGTH_BYTES + json.length).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(json.length).put(json).flip();
    return new SafetensorsImage(head, header, name -> weights.get(name).data(), weights);
  }

  /**
   * An image whose tensors are yet to be written into its {@link #range}s.
   *
   * @param head the file's first bytes: length of the header, and header
   * @param size of the whole file
   * @param memory gives memory for tensors of these sizes, by name
   * @throws IllegalArgumentException if the head does not describe a file of that size; nothing was
   *     allocated then
   */
  public static SafetensorsImage incoming(
      byte[] head, long size, Function<Map<String, Long>, HostMemory> memory) {
    ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    if (head.length < LENGTH_BYTES || bytes.getLong(0) != head.length - LENGTH_BYTES) {
      throw new IllegalArgumentException("the head of an image is not as long as it says");
    }
    SafetensorsHeader header;
    try {
      header =
          SafetensorsHeader.decode(
              bytes.slice(LENGTH_BYTES, head.length - LENGTH_BYTES), size - head.length);
    } catch (SafetensorsHeader.Malformed e) {
      throw new IllegalArgumentException("the head of an image is malformed: " + e.getMessage(), e);
    }
    Map<String, Long> sizes = new LinkedHashMap<>();
    header.entries().forEach(entry -> sizes.put(entry.name(), (long) entry.bytes()));
    HostMemory.Piece piece = memory.apply(sizes).take();
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    header
        .entries()
        .forEach(
            entry ->
                tensors.put(
                    entry.name(),
                    new HostTensor(entry.type(), entry.shape(), piece.of(entry.name()))));
    return new SafetensorsImage(bytes, header, piece::of, new WeightSet(tensors, piece::release));
  }

  /** Number of bytes. */
  public long size() {
    return size;
  }

  /** Number of bytes in front of the tensors. */
  public int headBytes() {
    return head.remaining();
  }

  /** The file's first bytes: length of the header, and header. */
  public byte[] head() {
    byte[] bytes = new byte[head.remaining()];
    head.duplicate().get(bytes);
    return bytes;
  }

  /** The tensors; of an incoming image, complete when all its bytes were written. */
  public WeightSet weights() {
    return weights;
  }

  /**
   * Bytes {@code from} to {@code from + count} of the file, in order, as views of where they lie;
   * those of an incoming image's tensors can be written.
   */
  public List<ByteBuffer> range(long from, int count) {
    if (from < 0 || count < 0 || from + count > size) {
      throw new IllegalArgumentException(
          "bytes %d to %d of an image of %d".formatted(from, from + count, size));
    }
    List<ByteBuffer> views = new ArrayList<>();
    long at = from;
    while (at < from + count) {
      Map.Entry<Long, ByteBuffer> part = parts.floorEntry(at);
      int begin = (int) (at - part.getKey());
      ByteBuffer bytes = part.getValue();
      int length = (int) Math.min(bytes.remaining() - begin, from + count - at);
      views.add(bytes.slice(bytes.position() + begin, length));
      at += length;
    }
    return views;
  }
}
