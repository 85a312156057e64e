package dev.gnomon.tests.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.diffusion.LinearPath;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Draws;
import dev.gnomon.model.training.StepDraws;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrainingSettings.Condition;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.NoiseLevels;
import dev.gnomon.model.training.TrainingSettings.Precision;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.Arrays;

/**
 * The paper's own network and Sinkhorn, driven step by step: initial weights {@code init.*}, what
 * each step draws {@code step.{x,n,t,drop}}, and what came out. Its images are numbers, not pixels,
 * so batches of blank pixels stand for them and the draws bring the images.
 */
final class Algorithm1Reference {

  private final Reference file;
  private final TrainingSettings settings;

  Algorithm1Reference(Reference file) {
    this.file = file;
    this.settings = settings(file);
  }

  String name() {
    return file.name();
  }

  TrainingSettings settings() {
    return settings;
  }

  WeightSet initial() {
    return file.tensors().under("init.");
  }

  /** Results after the last step, {@code final} or {@code ema}, by the names of the state dict. */
  WeightSet last(String kind) {
    return file.tensors().under(kind + ".");
  }

  /** The values of step k of a result [steps, ...]. */
  double[] step(String result, long k) {
    HostTensor all = file.tensor("step." + result);
    int width = Math.toIntExact(all.elements() / all.shape()[0]);
    double[] numbers = Reference.numbers(all);
    return Arrays.copyOfRange(numbers, (int) k * width, (int) (k + 1) * width);
  }

  /** A batch that only says which step it is for. */
  ImageBatch batch(long step) {
    Network network = settings.network();
    int images = settings.batchSize();
    int values = network.channels() * network.imageSize() * network.imageSize();
    int[] labels = new int[images];
    Arrays.fill(labels, -1);
    return new ImageBatch(
        step,
        network.channels(),
        network.imageSize(),
        new byte[images * values],
        new long[images],
        labels);
  }

  /** The draws of the reference. */
  StepDraws draws() {
    return batch -> {
      double[] drop = step("drop", batch.step());
      boolean[] dropped = new boolean[drop.length];
      for (int i = 0; i < drop.length; i++) {
        dropped[i] = drop[i] != 0;
      }
      return new Draws(
          floats("x", batch.step()), floats("n", batch.step()), floats("t", batch.step()), dropped);
    };
  }

  private float[] floats(String input, long k) {
    double[] values = step(input, k);
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static TrainingSettings settings(Reference file) {
    Network network = file.network();
    file.require("nmb_prototypes_output_dim", network.width());
    if (!file.config("normalize").asBoolean(true)) {
      throw new IncomparableException("its head does not normalize; ours always does");
    }
    if (file.value("sigma_min").asDouble() != 1e-4) {
      throw new IncomparableException(
          "its path has sigma_min %s; ours 1e-4".formatted(file.value("sigma_min")));
    }
    long steps = file.value("steps").asLong();
    JsonNode mask = file.value("mask_t");
    return new TrainingSettings(
        steps,
        file.value("batch").asInt(),
        1,
        false,
        1,
        Precision.FP32,
        // between two steps, so that rounding does not move it
        Math.min(1, (file.value("boundary").asLong() + 0.5) / steps),
        file.value("max_staleness").asInt(),
        file.value("publish_every").asInt(),
        file.value("ema_decay").asDouble(),
        network,
        new Condition(
            Source.BOOTSTRAP,
            file.config("nmb_prototypes").asInt(),
            0,
            file.config("p_uncond").asDouble(),
            file.value("epsilon").asDouble(),
            file.value("iterations").asInt(),
            file.value("temperature").asDouble(),
            1,
            false,
            false,
            false,
            0),
        new NoiseLevels(
            1 - file.value("t_hat").asDouble(),
            1 - mask.get(1).asDouble(),
            1 - mask.get(0).asDouble()),
        LinearPath.DEFAULT,
        file.optimizer());
  }
}
