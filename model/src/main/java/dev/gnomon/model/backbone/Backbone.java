package dev.gnomon.model.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.GradientScope;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network that predicts velocities from noisy images under a condition. It owns kernels, not
 * parameters: those are passed in by name, so that student, teacher and sampler share one network.
 */
public interface Backbone extends AutoCloseable {

  /** Its parameters in the order of the state dict. */
  List<Parameter> parameters();

  /** Names of the outputs that can be tapped, in the order they are computed. */
  List<String> taps();

  /** The tap whose features the method clusters. */
  String featureTap();

  /**
   * Weights as the network computes with them: what every pass would convert again is converted
   * once. All passes take weights as they are or so.
   *
   * @param owner of the converted ones; the others are the given arrays
   */
  Map<String, NDArray> converted(NDManager owner, Map<String, NDArray> weights);

  /**
   * Runs the network; nothing is recorded.
   *
   * @param weights all parameters by name
   * @param images x_t, float [B, C, H, W]
   * @param times t, float [B]
   * @param condition condition token of each image, [B, 1, width], or of each of its patches, [B,
   *     patches, width], or null for a layout without one
   * @param taps outputs to keep
   */
  Pass forward(
      NDManager scope,
      Map<String, NDArray> weights,
      NDArray images,
      NDArray times,
      NDArray condition,
      Set<String> taps);

  /**
   * Runs the network so that {@link TrainingPass#gradients} can go back through it. Nothing is
   * recorded any more when it returns.
   *
   * @param recording open, and where {@code condition} was recorded
   * @param weights the parameters that are trained, by name: leaves of {@code recording}, or
   *     converted
   */
  TrainingPass train(
      GradientScope recording,
      NDManager scope,
      Map<String, NDArray> weights,
      NDArray images,
      NDArray times,
      NDArray condition,
      Set<String> taps);

  /**
   * Runs the network as far as the last of {@code taps} and gives those outputs, each [B, tokens,
   * width].
   */
  Map<String, NDArray> features(
      NDManager scope,
      Map<String, NDArray> weights,
      NDArray images,
      NDArray times,
      NDArray condition,
      Set<String> taps);

  /** Runs the network as far as {@code tap} and gives that output, [B, tokens, width]. */
  default NDArray features(
      NDManager scope,
      Map<String, NDArray> weights,
      NDArray images,
      NDArray times,
      NDArray condition,
      String tap) {
    return features(scope, weights, images, times, condition, Set.of(tap)).get(tap);
  }

  /** Condition tokens [R, 1, D] from rows [R, D], the null one where {@code drop} [R] is 1. */
  NDArray condition(NDManager scope, Map<String, NDArray> weights, NDArray rows, NDArray drop);

  /** Condition tokens [B, 1, D], all the same parameter, for as many images as {@code images}. */
  NDArray condition(
      NDManager scope, Map<String, NDArray> weights, String parameter, NDArray images);

  /** Condition tokens [B, 1, D] from labels [B], int64; the last label is the null one. */
  NDArray label(NDManager scope, Map<String, NDArray> weights, NDArray codes);

  @Override
  void close();

  /**
   * What a forward pass gives.
   *
   * @param velocity [B, C, H, W]
   * @param taps the outputs asked for, each [B, tokens, width]
   */
  record Pass(NDArray velocity, Map<String, NDArray> taps) {}

  /** A forward pass, and the way back. */
  interface TrainingPass {

    /** [B, C, H, W] */
    NDArray velocity();

    /** The outputs asked for, each [B, tokens, width], as constants. */
    Map<String, NDArray> taps();

    /**
     * Gradients of all given weights, by name and in their order; to be asked for once.
     *
     * @param velocityGradient gradient of the loss with respect to {@link #velocity()}
     */
    Map<String, NDArray> gradients(NDArray velocityGradient);
  }
}
