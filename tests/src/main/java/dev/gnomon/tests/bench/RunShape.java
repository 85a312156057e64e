package dev.gnomon.tests.bench;

import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a run may grow in. Heads are 64 wide, images of 3 channels.
 *
 * @param imageSize height and width in pixels, 16 to 32
 * @param patch height and width of a patch in pixels; divides imageSize
 * @param width embedding dimension, a multiple of 64
 * @param depth blocks without the middle one; even
 * @param batch images a step
 * @param teachers actors of the role
 * @param evaluators actors of the role
 */
record RunShape(
    int imageSize, int patch, int width, int depth, int batch, int teachers, int evaluators) {

  private static final int HEAD = 64;

  /** What is varied, one dimension at a time. */
  static final RunShape BASE = new RunShape(32, 4, 128, 4, 16, 1, 1);

  RunShape withWidth(int other) {
    return new RunShape(imageSize, patch, other, depth, batch, teachers, evaluators);
  }

  RunShape withDepth(int other) {
    return new RunShape(imageSize, patch, width, other, batch, teachers, evaluators);
  }

  RunShape withImages(int size, int patchSize) {
    return new RunShape(size, patchSize, width, depth, batch, teachers, evaluators);
  }

  RunShape withBatch(int other) {
    return new RunShape(imageSize, patch, width, depth, other, teachers, evaluators);
  }

  RunShape withTeachers(int other) {
    return new RunShape(imageSize, patch, width, depth, batch, other, evaluators);
  }

  RunShape withEvaluators(int other) {
    return new RunShape(imageSize, patch, width, depth, batch, teachers, other);
  }

  /** The network, as it is trained. */
  Network network() {
    return new Network(imageSize, 3, patch, width, depth, width / HEAD, false, false, true, 1000);
  }

  /** FLOP of a training step of the trunk. */
  double flop() {
    return BenchNetwork.flop(network(), batch);
  }

  /**
   * A run of this shape, guided from its first step, that is never scored.
   *
   * @param more keys that are set besides
   */
  RunSettings run(long steps, Precision precision, List<String> more) {
    List<String> sets =
        List.of(
            "gnomon.steps=" + steps,
            "gnomon.boundary=0",
            "gnomon.precision=" + precision.name().toLowerCase(Locale.ROOT),
            "gnomon.batch-size=" + batch,
            "gnomon.data.size=" + imageSize,
            "gnomon.model.patch=" + patch,
            "gnomon.model.width=" + width,
            "gnomon.model.depth=" + depth,
            "gnomon.model.heads=" + width / HEAD,
            "gnomon.roles.teacher.instances=" + teachers,
            "gnomon.roles.evaluator.instances=" + evaluators,
            "gnomon.checkpoint.every=" + steps,
            "gnomon.evaluate.every=0");
    return RunSettings.from(
        Configuration.load(List.of(), Stream.concat(sets.stream(), more.stream()).toList()));
  }
}
