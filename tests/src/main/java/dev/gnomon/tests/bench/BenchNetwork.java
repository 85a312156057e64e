package dev.gnomon.tests.bench;

import dev.gnomon.model.backbone.TokenLayout;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.diffusion.LinearPath;
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
 * A U-ViT that is measured, as it is trained on labels of 10 classes; unless said otherwise of 32 x
 * 32 x 3, patch 4, width 192, depth 12, 3 heads, batch 64. The draws of a step are made once and
 * not measured.
 */
final class BenchNetwork implements AutoCloseable {

  static final int BATCH = 64;
  private static final int CLASSES = 10;
  static final Network NETWORK = new Network(32, 3, 4, 192, 12, 3, false, false, true, 1000);

  private final TrainingSettings settings;
  private final TrunkState trunk;
  private final int[] labels;
  private final byte[] pixels;

  BenchNetwork(ComputeDevice device, Precision precision) {
    this(device, NETWORK, BATCH, precision);
  }

  BenchNetwork(ComputeDevice device, Network network, int batch, Precision precision) {
    this.settings = settings(network, batch, precision);
    this.labels = new int[batch];
    this.pixels = new byte[batch * network.channels() * network.imageSize() * network.imageSize()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 31 + i / 1024);
    }
    for (int i = 0; i < batch; i++) {
      labels[i] = i % CLASSES;
    }
    Draws draws = Draws.of(settings, batch(0));
    this.trunk = new TrunkState(device, settings, any -> draws);
  }

  /** No stage 1, so that every step moves the average. */
  private static TrainingSettings settings(Network network, int batch, Precision precision) {
    return new TrainingSettings(
        1_000_000,
        batch,
        1,
        false,
        1,
        precision,
        0,
        1,
        1,
        0.999,
        network,
        new Condition(Source.LABELS, 1, CLASSES, 0.1, 0.05, 3, 0.1, 1, false, false, false, 0),
        new NoiseLevels(0.2, 0.1, 0.4),
        LinearPath.DEFAULT,
        new Optimizer(2e-4, 0.99, 0.999, 1e-8, 0.03, 0, 0));
  }

  private ImageBatch batch(long step) {
    Network network = settings.network();
    return new ImageBatch(
        step,
        network.channels(),
        network.imageSize(),
        pixels,
        new long[settings.batchSize()],
        labels);
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

  /** FLOP of {@link #step}. */
  double flop() {
    return flop(settings.network(), settings.batchSize());
  }

  /**
   * FLOP of a training step: three times the products of the forward pass's blocks, attention and
   * skips included; two for each weight of a product and token, and 4 L D for each token of L.
   */
  static double flop(Network network, int batch) {
    double tokens = tokens(network);
    double rows = batch * tokens;
    double width = network.width();
    double block = rows * (24 * width * width + 4 * tokens * width);
    double skip = rows * 4 * width * width;
    return 3 * ((network.depth() + 1) * block + network.depth() / 2 * skip);
  }

  /** Tokens of an image: its patches, the time and the label. */
  static int tokens(Network network) {
    return TokenLayout.LABEL.extras() + network.patches();
  }

  @Override
  public void close() {
    trunk.close();
  }
}
