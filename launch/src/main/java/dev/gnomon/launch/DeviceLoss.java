package dev.gnomon.launch;

import java.util.List;

/**
 * Whether a cause says that this process can not use its device any more, while a new one may: CUDA
 * keeps a failed kernel's error until the process ends.
 */
final class DeviceLoss {

  private static final List<String> WORDS =
      List.of("CUDA error", "CUDA driver error", "cuDNN error", "CUBLAS_STATUS_");

  private DeviceLoss() {}

  static boolean isIn(String cause) {
    return cause != null && WORDS.stream().anyMatch(cause::contains);
  }
}
