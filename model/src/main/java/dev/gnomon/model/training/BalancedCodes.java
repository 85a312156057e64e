package dev.gnomon.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.gnomon.model.clustering.EmbeddingQueue;
import dev.gnomon.model.clustering.ProjectionHead;
import dev.gnomon.model.clustering.SinkhornKnopp;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TrainingSettings.Condition;
import java.util.Map;

/**
 * The codes that head and prototypes learn from (METHOD 1.3): balanced over the whole batch, or by
 * option over its masked samples alone, and over the queue, which takes what was balanced.
 */
final class BalancedCodes implements AutoCloseable {

  private final ProjectionHead head;
  private final Condition condition;
  private final SinkhornKnopp sinkhorn;
  private final EmbeddingQueue queue;

  BalancedCodes(ComputeDevice device, ProjectionHead head, Condition condition) {
    this.head = head;
    this.condition = condition;
    this.sinkhorn = new SinkhornKnopp(device);
    this.queue = new EmbeddingQueue(device, condition.queue(), head.width());
  }

  /**
   * q [B, K], a constant. Nothing may be recorded meanwhile.
   *
   * @param embeddings of the batch, [B, D]
   * @param scores of them, [B, K]
   * @param prototypes of unit length, [K, D]
   * @param masked numbers of the samples that are trained
   */
  NDArray of(
      NDManager scope, NDArray embeddings, NDArray scores, NDArray prototypes, int[] masked) {
    NDArray constant = scope.create(scores.toFloatArray(), scores.getShape());
    if (!condition.maskedAssignment()) {
      NDArray q = balanced(scope, constant, prototypes);
      queue.add(embeddings);
      return q;
    }
    if (masked.length == 0) { // nothing is trained
      return constant.softmax(1);
    }
    float[] some = balanced(scope, head.rows(scope, constant, masked), prototypes).toFloatArray();
    queue.add(head.rows(scope, embeddings, masked));
    int k = condition.prototypes();
    float[] q = constant.softmax(1).toFloatArray();
    for (int i = 0; i < masked.length; i++) {
      System.arraycopy(some, i * k, q, masked[i] * k, k);
    }
    return scope.create(q, scores.getShape());
  }

  /**
   * q of samples by their scores, balanced together with those of the queue. Balancing one sample
   * alone gives it all prototypes alike, whatever its scores: its q is that without balance, the
   * plan of entropic transport that has to meet its row's sum alone.
   */
  private NDArray balanced(NDManager scope, NDArray scores, NDArray prototypes) {
    NDArray all =
        queue
            .rows(scope)
            .map(earlier -> head.scored(scope, earlier, prototypes).concat(scores))
            .orElse(scores);
    if (all.getShape().get(0) == 1) {
      return all.div(condition.epsilon()).softmax(1);
    }
    NDArray q = sinkhorn.codes(scope, all, condition.epsilon(), condition.iterations());
    long earlier = all.getShape().get(0) - scores.getShape().get(0);
    return earlier == 0 ? q : q.get(new NDIndex("{}:", earlier));
  }

  /** Puts the queue among {@code state}. */
  void save(Map<String, HostTensor> state) {
    queue.save(state);
  }

  /** Takes up the queue that was saved. */
  void restore(WeightSet state) {
    queue.restore(state);
  }

  @Override
  public void close() {
    queue.close();
    sinkhorn.close();
  }
}
