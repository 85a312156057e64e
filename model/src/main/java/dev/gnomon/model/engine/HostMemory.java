package dev.gnomon.model.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Host memory outside the heap for sets of tensors of the same sizes. What is given back is taken
 * again: fresh memory costs a page fault for every 4 KiB, which takes longer than to fill it.
 *
 * <p>The memory is Java's own, so whatever still reads it outlives this object.
 */
public final class HostMemory {

  private static final long BLOCK_BYTES = 1L << 30;
  private static final int ALIGNMENT = 64; // a cache line

  private final Map<String, Integer> sizes;
  private final Deque<Map<String, ByteBuffer>> idle = new ArrayDeque<>();

  /** Memory for one set of tensors. */
  public final class Piece {

    private final Map<String, ByteBuffer> buffers;
    private final AtomicBoolean released = new AtomicBoolean();

    private Piece(Map<String, ByteBuffer> buffers) {
      this.buffers = buffers;
    }

    /** Where the tensor of that name lies, little-endian, to be written. */
    public ByteBuffer of(String name) {
      return buffers.get(name).duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Gives it back; to be called when nobody reads it any more. The second time changes nothing.
     */
    public void release() {
      if (released.compareAndSet(false, true)) {
        synchronized (idle) {
          idle.push(buffers);
        }
      }
    }
  }

  /**
   * Memory for sets of tensors that take {@code bytes} each.
   *
   * @param bytes by the tensors' names; each at most 2 GiB
   */
  public HostMemory(Map<String, Long> bytes) {
    Map<String, Integer> checked = new LinkedHashMap<>();
    bytes.forEach((name, size) -> checked.put(name, Math.toIntExact(size)));
    sizes = Collections.unmodifiableMap(checked);
  }

  /** A piece that was given back, or a fresh one. */
  public Piece take() {
    synchronized (idle) {
      if (!idle.isEmpty()) {
        return new Piece(idle.pop());
      }
    }
    return new Piece(allocate());
  }

  /** In blocks of up to 1 GiB, or a tensor where one is larger. */
  private Map<String, ByteBuffer> allocate() {
    Map<String, ByteBuffer> buffers = new LinkedHashMap<>();
    Map<String, Integer> block = new LinkedHashMap<>(); // where each tensor lies
    long used = 0;
    for (Map.Entry<String, Integer> size : sizes.entrySet()) {
      if (used + size.getValue() > BLOCK_BYTES) {
        allocate(block, used, buffers);
        block.clear();
        used = 0;
      }
      block.put(size.getKey(), (int) used);
      used += (size.getValue() + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
    }
    allocate(block, used, buffers);
    return buffers;
  }

  private void allocate(Map<String, Integer> block, long bytes, Map<String, ByteBuffer> buffers) {
    ByteBuffer all = ByteBuffer.allocateDirect((int) Math.min(bytes, Integer.MAX_VALUE));
    block.forEach((name, at) -> buffers.put(name, all.slice(at, sizes.get(name))));
  }
}
