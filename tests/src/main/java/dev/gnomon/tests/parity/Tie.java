package dev.gnomon.tests.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.clustering.ProjectionHead;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether an image's two best scores are so near that rounding decides between them.
 *
 * <p>One rounding is not small: the reference trains the bias that BatchNorm takes out again, whose
 * gradient is nothing but rounding, and AdamW makes whole steps of it. The running mean follows
 * later, so that scores by running statistics are moved by up to that walk. It is counted in, by
 * the difference it makes to the two scores, one element of the mean at a time.
 */
final class Tie {

  private static final double NEAR = 1e-4;
  private static final String MEAN = "projection_head.1.running_mean";

  private Tie() {}

  /**
   * Whether it is one.
   *
   * @param walk how far each element of the reference's bias walked
   */
  static boolean is(Trace.Judged judged, int image, int width, int prototypes, double[] walk) {
    float[] features = Arrays.copyOfRange(judged.features(), image * width, (image + 1) * width);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        ProjectionHead head = new ProjectionHead(device, width, prototypes);
        NDManager scope = device.scope()) {
      Map<String, NDArray> weights = new LinkedHashMap<>();
      judged
          .head()
          .tensors()
          .forEach((name, tensor) -> weights.put(name, device.array(scope, tensor)));
      NDArray x = scope.create(features).reshape(1, width);
      double[] scores = scores(head, scope, weights, x);
      int best = Best.index(scores, 0, prototypes);
      double gap = Best.gap(scores, 0, prototypes);
      double moved = 0;
      float[] mean = judged.head().get(MEAN).floats();
      for (int i = 0; i < mean.length; i++) {
        float[] other = mean.clone();
        other[i] += (float) walk[i];
        weights.put(MEAN, device.array(scope, HostTensor.of(other, other.length)));
        double[] then = scores(head, scope, weights, x);
        double most = 0;
        for (int k = 0; k < prototypes; k++) {
          double change = (scores[best] - scores[k]) - (then[best] - then[k]);
          most = Math.max(most, Math.abs(change));
        }
        moved += most;
      }
      return gap <= NEAR + moved;
    }
  }

  private static double[] scores(
      ProjectionHead head, NDManager scope, Map<String, NDArray> weights, NDArray x) {
    return Reference.numbers(ComputeDevice.copy(head.scores(scope, weights, x)));
  }
}
