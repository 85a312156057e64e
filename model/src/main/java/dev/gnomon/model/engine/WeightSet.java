package dev.gnomon.model.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Named tensors in host memory, in the order of the network's state dict. Immutable.
 *
 * @param giveBack what becomes of the memory when nobody reads the set any more
 */
public record WeightSet(Map<String, HostTensor> tensors, Runnable giveBack) {

  public WeightSet {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /** A set whose memory is the garbage collector's. */
  public WeightSet(Map<String, HostTensor> tensors) {
    this(tensors, () -> {});
  }

  /** This set and {@code more}, in the same memory. */
  public WeightSet with(Map<String, HostTensor> more) {
    Map<String, HostTensor> all = new LinkedHashMap<>(tensors);
    all.putAll(more);
    return new WeightSet(all, giveBack);
  }

  /**
   * Gives the memory back to whoever made the set, which will write something else into it: to be
   * called by its owner after its last reader. A set that is never given back is garbage like any
   * other.
   */
  public void release() {
    giveBack.run();
  }

  /** The tensor of that name. */
  public HostTensor get(String name) {
    HostTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new NoSuchElementException("no tensor is named " + name + "; there are " + names());
    }
    return tensor;
  }

  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  public Set<String> names() {
    return tensors.keySet();
  }

  /** Size of all elements in bytes. */
  public long bytes() {
    return tensors.values().stream().mapToLong(t -> t.data().remaining()).sum();
  }

  /** Those tensors whose names start with {@code prefix}, named without it. */
  public WeightSet under(String prefix) {
    Map<String, HostTensor> found = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), tensor);
          }
        });
    return new WeightSet(found);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WeightSet set && tensors.equals(set.tensors);
  }

  @Override
  public int hashCode() {
    return tensors.hashCode();
  }
}
