package dev.gnomon.model.engine;

import ai.djl.ndarray.NDManager;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the native arrays that are alive, so that a test sees a leak. */
public final class NativeArrays {

  private static final Set<NDManager> OPEN = ConcurrentHashMap.newKeySet();

  private NativeArrays() {}

  /** Arrays in all open scopes of this process. */
  public static long live() {
    OPEN.removeIf(manager -> !manager.isOpen());
    return OPEN.stream().mapToLong(manager -> manager.getManagedArrays().size()).sum();
  }

  /** Scopes that are open in this process. */
  public static long scopes() {
    OPEN.removeIf(manager -> !manager.isOpen());
    return OPEN.size();
  }

  static NDManager counted(NDManager manager) {
    if (OPEN.size() > 4096) {
      OPEN.removeIf(open -> !open.isOpen());
    }
    OPEN.add(manager);
    return manager;
  }
}
