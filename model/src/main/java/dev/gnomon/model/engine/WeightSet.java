package dev.gnomon.model.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/** Named tensors in host memory, in the order of the network's state dict. Immutable. */
public record WeightSet(Map<String, HostTensor> tensors) {

  public WeightSet {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
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
}
