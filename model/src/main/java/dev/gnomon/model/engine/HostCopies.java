package dev.gnomon.model.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.Shards.Shard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies of a device's arrays in host memory, made by all its threads. Memory of a copy that is
 * {@linkplain WeightSet#release released} is used for the next.
 */
public final class HostCopies {

  private final ComputeDevice device;
  private final Map<String, NDArray> arrays;
  private final List<String> dealt; // their names
  private final HostMemory memory;

  /** Copies of {@code arrays}, which stay the caller's. */
  public HostCopies(ComputeDevice device, Map<String, NDArray> arrays) {
    this.device = device;
    this.arrays = new LinkedHashMap<>(arrays);
    this.dealt = dealt();
    Map<String, Long> sizes = new LinkedHashMap<>();
    arrays.forEach((name, array) -> sizes.put(name, bytes(array)));
    this.memory = new HostMemory(sizes);
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
    memory.take().release();
  }

  /** A copy of what the arrays hold now. */
  public WeightSet copy() {
    HostMemory.Piece piece = memory.take();
    device.shards().map(dealt.size(), shard -> copy(shard, piece));
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    arrays.forEach((name, array) -> tensors.put(name, ComputeDevice.tensor(array, piece.of(name))));
    return new WeightSet(tensors, piece::release);
  }

  private boolean copy(Shard shard, HostMemory.Piece piece) {
    try (NDManager scope = device.scope();
        NDManager host = scope.newSubManager(Device.cpu())) {
      NDList to = new NDList();
      NDList from = new NDList();
      for (String name : dealt.subList(shard.from(), shard.to())) {
        NDArray array = arrays.get(name);
        to.add(host.create(piece.of(name), array.getShape(), array.getDataType()));
        from.add(array);
      }
      if (!to.isEmpty()) {
        device.overwrite(scope, to, from);
      }
      return true;
    }
  }

  private static long bytes(NDArray array) {
    return array.size() * array.getDataType().getNumOfBytes();
  }
}
