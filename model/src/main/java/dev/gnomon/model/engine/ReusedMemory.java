package dev.gnomon.model.engine;

import java.util.Map;

/** Memory for weights that come again and again in the same sizes, as versions of a network do. */
public final class ReusedMemory {

  private Map<String, Long> sizes = Map.of();
  private HostMemory memory = new HostMemory(sizes);

  /** Memory for tensors of these sizes in bytes, by name; that of other sizes is let go. */
  public synchronized HostMemory forSizes(Map<String, Long> wanted) {
    if (!wanted.equals(sizes)) {
      sizes = Map.copyOf(wanted);
      memory = new HostMemory(wanted);
    }
    return memory;
  }
}
