package dev.gnomon.model.training;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.diffusion.LinearPath;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.training.TrainingSettings.Condition;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.NoiseLevels;
import dev.gnomon.model.training.TrainingSettings.Optimizer;
import dev.gnomon.model.training.TrainingSettings.Precision;
import dev.gnomon.model.training.TrainingSettings.Source;

/** A run small enough to be repeated many times: 24 steps on random 8 x 8 images of 3 labels. */
public final class TinyRun {

  public static final int BATCH = 8;

  private TinyRun() {}

  public static TrainingSettings settings(Source source, int publishEvery, int maxStaleness) {
    return settings(source, publishEvery, maxStaleness, Precision.FP32);
  }

  public static TrainingSettings settings(
      Source source, int publishEvery, int maxStaleness, Precision precision) {
    return settings(source, publishEvery, maxStaleness, precision, BATCH, 1, false);
  }

  static TrainingSettings settings(
      Source source,
      int publishEvery,
      int maxStaleness,
      Precision precision,
      int batch,
      int accumulate,
      boolean recomputeBlocks) {
    return new TrainingSettings(
        24,
        batch,
        accumulate,
        recomputeBlocks,
        11,
        precision,
        0.4,
        maxStaleness,
        publishEvery,
        0.9,
        new Network(8, 3, 2, 32, 2, 4, false, false, true, 1000),
        new Condition(source, 5, 3, 0.2, 0.05, 3, 0.1, 1, false, false, false, 0),
        new NoiseLevels(0.2, 0.1, 0.6),
        LinearPath.DEFAULT,
        new Optimizer(1e-3, 0.9, 0.99, 1e-8, 0.01, 4, 0));
  }

  /** The same, balanced over the masked samples alone or not, and over a queue of batches. */
  static TrainingSettings withQueue(TrainingSettings s, boolean masked, int queue) {
    return with(s, s.condition().maskedMean(), masked, s.condition().unconditionalTaps(), queue);
  }

  /** The same with other options of the assigner. */
  static TrainingSettings with(
      TrainingSettings s,
      boolean maskedMean,
      boolean maskedAssignment,
      boolean unconditionalTaps,
      int queue) {
    Condition c = s.condition();
    return new TrainingSettings(
        s.steps(),
        s.batchSize(),
        s.accumulate(),
        s.recomputeBlocks(),
        s.seed(),
        s.precision(),
        s.boundary(),
        s.maxStaleness(),
        s.publishEvery(),
        s.emaDecay(),
        s.network(),
        new Condition(
            c.source(),
            c.prototypes(),
            c.classes(),
            c.dropProbability(),
            c.epsilon(),
            c.iterations(),
            c.temperature(),
            c.weight(),
            maskedMean,
            maskedAssignment,
            unconditionalTaps,
            queue),
        s.noiseLevels(),
        s.path(),
        s.optimizer());
  }

  public static ImageBatch batch(long step) {
    return batch(step, BATCH);
  }

  static ImageBatch batch(long step, int count) {
    return batch(step, count, 8);
  }

  static ImageBatch batch(long step, int count, int size) {
    int[] words = Noise.words(3, Noise.Purpose.SHAPES, step, count * 3 * size * size);
    byte[] pixels = new byte[words.length];
    long[] ids = new long[count];
    int[] labels = new int[count];
    int[] codes = new int[count];
    for (int i = 0; i < words.length; i++) {
      pixels[i] = (byte) words[i];
    }
    for (int i = 0; i < count; i++) {
      ids[i] = step * count + i;
      labels[i] = (int) (ids[i] % 3);
      codes[i] = (int) (ids[i] * 3 % 5);
    }
    return new ImageBatch(step, 3, size, pixels, ids, labels, codes);
  }
}
