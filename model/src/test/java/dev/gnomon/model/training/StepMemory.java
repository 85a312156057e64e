package dev.gnomon.model.training;

import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process of its own that trains some steps, to see how far its resident size grows by them.
 * Prints {@code grown B}, bytes. Arguments: number of steps, precision, pieces of a shard, whether
 * blocks are run again.
 */
public final class StepMemory {

  private StepMemory() {}

  /** What is measured: 258 tokens of width 128 in 7 blocks, on two threads. */
  static TrainingSettings settings(Precision precision, int accumulate, boolean runAgain) {
    TrainingSettings tiny =
        TinyRun.settings(TrainingSettings.Source.LABELS, 1, 1, precision, 32, accumulate, runAgain);
    return tiny.withNetwork(
        new TrainingSettings.Network(32, 3, 2, 128, 6, 4, false, false, true, 1000));
  }

  public static void main(String[] arguments) throws IOException {
    TrainingSettings settings =
        settings(
            Precision.valueOf(arguments[1]),
            Integer.parseInt(arguments[2]),
            Boolean.parseBoolean(arguments[3]));
    try (ComputeDevice device = ComputeDevice.open("cpu", 2);
        TrunkState trunk = new TrunkState(device, settings)) {
      long before = status("VmRSS:");
      for (long step = 0; step < Long.parseLong(arguments[0]); step++) {
        var batch = TinyRun.batch(step, settings.batchSize(), settings.network().imageSize());
        trunk.step(batch, Conditions.codes(step, batch.labels()));
      }
      System.out.println("grown " + (status("VmHWM:") - before));
    }
  }

  private static long status(String key) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
