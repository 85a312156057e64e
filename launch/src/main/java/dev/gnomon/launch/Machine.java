package dev.gnomon.launch;

import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.CpuFeatures;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What this machine has for a run, looked at without starting one. */
final class Machine {

  private static final long GIB = 1L << 30;
  private static final double LEAST_DISK = 2;

  /** How a thing is. */
  enum State {
    /** As it should be. */
    OK,
    /** A run works, but slower or with less. */
    NOTE,
    /** No run works. */
    MISSING
  }

  /**
   * One thing that was looked at.
   *
   * @param seen what is there
   * @param remedy what to do about it; empty where nothing is to be done
   */
  record Check(State state, String what, String seen, String remedy) {}

  private Machine() {}

  static Check java() {
    Runtime.Version version = Runtime.version();
    String seen =
        "%s (%s), heap up to %s"
            .formatted(
                version, System.getProperty("java.vendor"), gib(Runtime.getRuntime().maxMemory()));
    return version.feature() >= 17
        ? new Check(State.OK, "java", seen, "")
        : new Check(State.MISSING, "java", seen, "install a JDK 17 or later");
  }

  /** Loads the native libraries and lists the devices: the first check that can end badly. */
  static List<Check> engine() {
    try (ComputeDevice cpu = ComputeDevice.open("cpu", 1)) {
      cpu.scope().close();
      List<String> devices = ComputeDevice.available();
      return List.of(
          new Check(State.OK, "engine", "PyTorch natives are loaded", ""),
          new Check(
              State.OK,
              "devices",
              String.join(", ", devices),
              devices.size() > 1
                  ? "to use one: --set gnomon.roles.trainer.device=gpu0 (and teacher, assigner, evaluator)"
                  : "for GPUs point PYTORCH_LIBRARY_PATH at a libtorch built for CUDA"));
    } catch (RuntimeException | LinkageError e) {
      return List.of(
          new Check(
              State.MISSING,
              "engine",
              "PyTorch's natives do not load: " + e.getMessage(),
              "this build holds those of Linux on x86_64; another libtorch 2.7.1 is named by PYTORCH_LIBRARY_PATH"));
    }
  }

  /** Whether a device of this machine multiplies bf16 in hardware; where not, fp32 is used. */
  static boolean multipliesBf16(String device) {
    return !device.equals(AvailableMemory.HOST) || !CpuFeatures.here().bf16().isEmpty();
  }

  static Check bf16() {
    String found = String.join(", ", CpuFeatures.here().bf16());
    return found.isEmpty()
        ? new Check(
            State.NOTE,
            "bf16",
            "this CPU has no bf16 instructions",
            "on it gnomon.precision = bf16 is computed in fp32")
        : new Check(State.OK, "bf16", found, "");
  }

  static Check threads() {
    int cores = Runtime.getRuntime().availableProcessors();
    String limit = System.getenv("OMP_NUM_THREADS");
    if (limit != null && !limit.equals(String.valueOf(cores))) {
      return new Check(
          State.NOTE,
          "threads",
          "%d cores, but OMP_NUM_THREADS is %s".formatted(cores, limit),
          "unset it; gnomon.threads says how many a role uses");
    }
    return new Check(State.OK, "threads", cores + " cores", "");
  }

  static Check disk(Path folder) {
    try {
      Path existing = folder.toAbsolutePath();
      while (!Files.exists(existing)) {
        existing = existing.getParent();
      }
      if (!Files.isWritable(existing)) {
        return new Check(
            State.MISSING,
            "disk",
            existing + " can not be written",
            "--run DIR names another place");
      }
      FileStore store = Files.getFileStore(existing);
      String seen = "%s free at %s".formatted(gib(store.getUsableSpace()), existing);
      return store.getUsableSpace() < LEAST_DISK * GIB
          ? new Check(
              State.NOTE,
              "disk",
              seen,
              "gnomon.checkpoint.keep-newest says how many checkpoints stay")
          : new Check(State.OK, "disk", seen, "");
    } catch (IOException e) {
      return new Check(State.NOTE, "disk", "unknown: " + e.getMessage(), "");
    }
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIB);
  }
}
