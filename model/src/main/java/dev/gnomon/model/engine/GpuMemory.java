package dev.gnomon.model.engine;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.lang.management.MemoryUsage;
import java.util.LinkedHashMap;
import java.util.Map;

/** The memory of this machine's GPUs, asked of the driver; the engine need not be loaded. */
public final class GpuMemory {

  private GpuMemory() {}

  /** Bytes that are free on each, by name, such as gpu0; empty on a machine without GPUs. */
  public static Map<String, Long> available() {
    Map<String, Long> free = new LinkedHashMap<>();
    for (int i = 0; i < CudaUtils.getGpuCount(); i++) {
      MemoryUsage usage = CudaUtils.getGpuMemory(Device.gpu(i));
      free.put("gpu" + i, usage.getMax() - usage.getCommitted());
    }
    return free;
  }
}
