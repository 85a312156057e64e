package dev.gnomon.model.engine;

import java.util.List;

/**
 * Whether a cause says that this process can not use its device any more, while a new one may: CUDA
 * keeps a failed kernel's error until the process ends.
 */
public final class DeviceLoss {

  private static final List<String> WORDS =
      List.of("CUDA error", "CUDA driver error", "cuDNN error", "CUBLAS_STATUS_");

  private DeviceLoss() {}

  /** Whether these words are of such an error. */
  public static boolean isIn(String cause) {
    return cause != null && WORDS.stream().anyMatch(cause::contains);
  }

  /** Whether such an error is among the causes of {@code failure}. */
  public static boolean isIn(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isIn(cause.getMessage())) {
        return true;
      }
    }
    return false;
  }
}
