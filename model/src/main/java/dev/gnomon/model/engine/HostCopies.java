package dev.gnomon.model.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.Shards.Shard;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Copies of a device's arrays in host memory, made by all its threads. Memory that is given back is
 * used for the next copy: fresh memory costs a page fault for every 4 KiB, which takes longer than
 * the copy itself.
 *
 * <p>The memory is Java's own, so that whatever still reads a copy outlives this object.
 */
public final class HostCopies {

  private static final long BLOCK_BYTES = 1L << 30;
  private static final int ALIGNMENT = 64; // a cache line

  private final ComputeDevice device;
  private final Map<String, NDArray> arrays;
  private final List<String> dealt; // their names
  private final Deque<Map<String, ByteBuffer>> idle = new ArrayDeque<>();

  /** Copies of {@code arrays}, which stay the caller's. */
  public HostCopies(ComputeDevice device, Map<String, NDArray> arrays) {
    this.device = device;
    this.arrays = new LinkedHashMap<>(arrays);
    this.dealt = dealt();
  }

  /** The names in an order in which all shards have about as many bytes. */
  private List<String> dealt() {
    List<String> bySize =
        arrays.entrySet().stream()
            .sorted(Comparator.comparingLong(entry -> -bytes(entry.getValue())))
            .map(Map.Entry::getKey)
            .toList();
    int shards = device.shards().of(arrays.size()).size();
    List<String> dealt = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      for (int i = shard; i < bySize.size(); i += shards) {
        dealt.add(bySize.get(i));
      }
    }
    return dealt;
  }

  /** Sets memory aside, so that the first copy takes no longer than the others. */
  public void reserve() {
    giveBack(take());
  }

  /** A copy of what the arrays hold now; {@link WeightSet#release} gives its memory back. */
  public WeightSet copy() {
    Map<String, ByteBuffer> memory = take();
    device.shards().map(dealt.size(), shard -> copy(shard, memory));
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> tensors.put(name, ComputeDevice.tensor(array, memory.get(name))));
    AtomicBoolean given = new AtomicBoolean();
    return new WeightSet(
        tensors,
        () -> {
          if (given.compareAndSet(false, true)) {
            giveBack(memory);
          }
        });
  }

  private boolean copy(Shard shard, Map<String, ByteBuffer> memory) {
    try (NDManager scope = device.scope();
        NDManager host = scope.newSubManager(Device.cpu())) {
      NDList to = new NDList();
      NDList from = new NDList();
      for (String name : dealt.subList(shard.from(), shard.to())) {
        NDArray array = arrays.get(name);
        to.add(host.create(memory.get(name), array.getShape(), array.getDataType()));
        from.add(array);
      }
      if (!to.isEmpty()) {
        device.overwrite(scope, to, from);
      }
      return true;
    }
  }

  private Map<String, ByteBuffer> take() {
    synchronized (idle) {
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    return allocate();
  }

  /** Memory for all arrays, in blocks of up to 1 GiB, or an array where one is larger. */
  private Map<String, ByteBuffer> allocate() {
    Map<String, ByteBuffer> memory = new LinkedHashMap<>();
    Map<String, Integer> block = new LinkedHashMap<>(); // where each array lies
    long used = 0;
    for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
      long bytes = bytes(entry.getValue());
      if (used + bytes > BLOCK_BYTES) {
        allocate(block, used, memory);
        block.clear();
        used = 0;
      }
      block.put(entry.getKey(), (int) used);
      used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    allocate(block, used, memory);
    return memory;
  }

  private void allocate(Map<String, Integer> block, long size, Map<String, ByteBuffer> memory) {
    ByteBuffer all = ByteBuffer.allocateDirect(Math.toIntExact(size));
    block.forEach(
        (name, at) -> {
          int bytes = Math.toIntExact(bytes(arrays.get(name)));
          memory.put(name, all.slice(at, bytes).order(ByteOrder.LITTLE_ENDIAN));
        });
  }

  private static long bytes(NDArray array) {
    return array.size() * array.getDataType().getNumOfBytes();
  }

  private void giveBack(Map<String, ByteBuffer> memory) {
    synchronized (idle) {
      idle.push(memory);
    }
  }
}
