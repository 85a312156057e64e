package dev.gnomon.tests.bench;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.Draws;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrainingSettings.Condition;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.NoiseLevels;
import dev.gnomon.model.training.TrainingSettings.Optimizer;
import dev.gnomon.model.training.TrainingSettings.Precision;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.model.training.TrunkState;

/**
 * The U-ViT that is measured, as it is trained: 32 x 32 x 3, patch 4, width 192, depth 12, 3 heads,
 * 10 classes, batch 64. The draws of a step are made once and not measured.
 */
final class BenchNetwork implements AutoCloseable {

  static final int BATCH = 64;
  private static final int CLASSES = 10;
  static final Network NETWORK = new Network(32, 3, 4, 192, 12, 3, false, false, true, 1000);

  private final TrainingSettings settings;
  private final TrunkState trunk;
  private final int[] labels = new int[BATCH];
  private final byte[] pixels = new byte[BATCH * 3 * 32 * 32];

  BenchNetwork(ComputeDevice device, Precision precision) {
    this.settings = settings(precision);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 31 + i / 1024);
    }
    for (int i = 0; i < BATCH; i++) {
      labels[i] = i % CLASSES;
    }
    Draws draws = Draws.of(settings, batch(0));
    this.trunk = new TrunkState(device, settings, any -> draws);
  }

  /** No stage 1, so that every step moves the average. */
  private static TrainingSettings settings(Precision precision) {
    return new TrainingSettings(
        1_000_000,
        BATCH,
        1,
        false,
        1,
        precision,
        0,
        1,
        1,
        0.999,
        NETWORK,
        new Condition(Source.LABELS, 1, CLASSES, 0.1, 0.05, 3, 0.1, 1, false, false, false),
        new NoiseLevels(0.2, 0.1, 0.4),
        new Optimizer(2e-4, 0.99, 0.999, 1e-8, 0.03, 0, 0));
  }

  private ImageBatch batch(long step) {
    return new ImageBatch(step, 3, 32, pixels, new long[BATCH], labels);
  }

  /** Trains a step; gives its loss. */
  double step() {
    long step = trunk.step();
    return trunk.step(batch(step), Conditions.codes(step, labels)).loss();
  }

  TrainingSettings settings() {
    return settings;
  }

  /** The trunk's half of a checkpoint. */
  WeightSet save() {
    return trunk.save();
  }

  /** Three times the forward pass's products, attention and skips included. */
  double flop() {
    double tokens = 2 + NETWORK.patches();
    double rows = BATCH * tokens;
    double width = NETWORK.width();
    double block = rows * (24 * width * width + 4 * tokens * width);
    double skip = rows * 4 * width * width;
    return 3 * ((NETWORK.depth() + 1) * block + NETWORK.depth() / 2 * skip);
  }

  @Override
  public void close() {
    trunk.close();
  }
}
