package dev.gnomon.tests.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrunkState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * How long the trainer stands still for a checkpoint of 1.1 GB of weights, average and moments,
 * beside one copy of as many bytes from memory to memory. Writing goes on while it trains; how much
 * longer the steps take meanwhile is given too.
 */
final class CheckpointBench implements Bench {

  private static final int BATCH = 8;
  private static final int CHANNELS = 3;
  private static final int SIZE = 16;

  @Override
  public String what() {
    return "what a checkpoint of 1.1 GB stalls the trainer, beside one copy of its memory";
  }

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    try (ScratchFolder folder = new ScratchFolder();
        ComputeDevice device = ComputeDevice.open("cpu", cores);
        TrunkState trunk = new TrunkState(device, settings());
        NDManager owner = device.scope();
        Kernels kernels = Kernels.load(device, OptimizerBench.COPY)) {
      trunk.prepareToSave();
      step(trunk);
      WeightSet first = trunk.save();
      long bytes = first.bytes();
      first.release();
      NDArray source = owner.ones(new Shape(bytes / Float.BYTES));
      NDArray copy = owner.zeros(source.getShape());
      double[] seconds =
          Timing.medians(
              repeats,
              () -> {
                trunk.save().release();
                return null;
              },
              () -> {
                try (NDManager scope = device.scope()) {
                  return kernels.one(scope, "copy", copy, source).getShape();
                }
              });
      Map<String, Double> measured = new LinkedHashMap<>();
      measured.put("stall ms", seconds[0] * 1e3);
      measured.put("copy ms", seconds[1] * 1e3);
      measured.put("state MB", bytes / 1e6);
      measured.putAll(whileWritten(trunk, new CheckpointStore(folder.path()), repeats));
      return List.of(
          Figure.atMost(
              "stall of a checkpoint over a copy of its memory",
              seconds[0] / seconds[1],
              1.2,
              0.2,
              measured));
    }
  }

  /** A U-ViT whose weights, average and two moments take 1.1 GB. */
  private static TrainingSettings settings() {
    return RunSettings.from(
            Configuration.load(
                List.of(),
                List.of(
                    "gnomon.data.size=" + SIZE,
                    "gnomon.batch-size=" + BATCH,
                    "gnomon.condition.source=none",
                    "gnomon.boundary=0",
                    "gnomon.model.width=640",
                    "gnomon.model.heads=10",
                    "gnomon.model.depth=12")))
        .training();
  }

  private static void step(TrunkState trunk) {
    long step = trunk.step();
    byte[] pixels = new byte[BATCH * CHANNELS * SIZE * SIZE];
    trunk.step(
        new ImageBatch(step, CHANNELS, SIZE, pixels, new long[BATCH], new int[BATCH]),
        Conditions.none(step));
  }

  /** Steps while a checkpoint is written beside them, and the same number alone. */
  private static Map<String, Double> whileWritten(
      TrunkState trunk, CheckpointStore store, int repeats) {
    int rounds = Math.max(1, Math.min(repeats, 3));
    double[] writing = new double[rounds];
    double[] beside = new double[rounds];
    double[] alone = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      WeightSet saved = trunk.save();
      long began = System.nanoTime();
      CompletableFuture<Double> write =
          CompletableFuture.supplyAsync(() -> write(store, trunk.step(), saved));
      int steps = 0;
      while (!write.isDone()) {
        step(trunk);
        steps++;
      }
      beside[round] = (System.nanoTime() - began) / 1e9 / steps;
      writing[round] = write.join();
      began = System.nanoTime();
      for (int i = 0; i < steps; i++) {
        step(trunk);
      }
      alone[round] = (System.nanoTime() - began) / 1e9 / steps;
    }
    Map<String, Double> measured = new LinkedHashMap<>();
    measured.put("written in s", Timing.median(writing));
    measured.put("step meanwhile ms", Timing.median(beside) * 1e3);
    measured.put("step alone ms", Timing.median(alone) * 1e3);
    return measured;
  }

  private static double write(CheckpointStore store, long step, WeightSet saved) {
    long began = System.nanoTime();
    try {
      store.writeHalf(step, 1, "trunk", saved);
    } catch (java.io.IOException e) {
      throw new CompletionException(e);
    } finally {
      saved.release();
      store.abandon(step, 1);
    }
    return (System.nanoTime() - began) / 1e9;
  }
}
