package dev.gnomon.model.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Records operations of the calling thread for one backward pass.
 *
 * <p>Parameters are not marked themselves: each pass works on leaves that share their memory. So
 * gradients start empty in every pass, and go with the scope that owns the leaves. Any number of
 * threads may record at once.
 */
public final class GradientScope implements AutoCloseable {

  private final NDManager scope;

  private GradientScope(NDManager scope) {
    this.scope = scope;
  }

  /** Starts to record on the calling thread; leaves and gradients will belong to {@code scope}. */
  public static GradientScope open(NDManager scope) {
    JniUtils.setGradMode(true);
    return new GradientScope(scope);
  }

  /** A leaf that shares the memory of {@code parameter} and collects its gradient. */
  public NDArray leaf(NDArray parameter) {
    NDArray leaf = JniUtils.detachGradient((PtNDArray) parameter);
    leaf.attach(scope);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /** Runs the backward pass from the scalar {@code loss} and stops recording. */
  public void backward(NDArray loss) {
    try (NDArray seed = scope.ones(loss.getShape())) {
      backward(loss, seed);
    }
  }

  /**
   * Runs the backward pass from {@code result} and stops recording.
   *
   * @param gradient of the loss with respect to {@code result}, of its shape
   */
  public void backward(NDArray result, NDArray gradient) {
    JniUtils.backward((PtNDArray) result, (PtNDArray) gradient, false, false);
    pause();
  }

  /** Records nothing until {@link #resume()}: for what has a backward pass of its own. */
  public void pause() {
    JniUtils.setGradMode(false);
  }

  /** Records again. */
  public void resume() {
    JniUtils.setGradMode(true);
  }

  /** The gradient that {@code leaf} collected. */
  public NDArray gradient(NDArray leaf) {
    NDArray gradient = JniUtils.getGradient((PtNDArray) leaf);
    if (gradient == null) {
      throw new IllegalStateException("the loss does not depend on this parameter");
    }
    gradient.attach(scope);
    return gradient;
  }

  @Override
  public void close() {
    pause();
  }
}
