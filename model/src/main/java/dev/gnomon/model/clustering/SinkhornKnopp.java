package dev.gnomon.model.clustering;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;

/**
 * Sinkhorn-Knopp: soft codes that use every prototype about equally (Cuturi 2013; Caron et al.,
 * SwAV, 2020; METHOD 4.1).
 *
 * <p>Q = exp(scores / epsilon), then by turns rows (prototypes) to mass 1/K and columns (samples)
 * to mass 1/B. Columns come last: each sample's code sums to 1 exactly, the balance of prototypes
 * is approximate. The maximum of all scores is subtracted, which changes nothing; subtracting each
 * sample's own would be another algorithm at few iterations (METHOD 4.3). Sums are clamped above 0,
 * so that a prototype far from every sample stays empty instead of becoming NaN.
 */
public final class SinkhornKnopp implements AutoCloseable {

  private static final String KERNELS =
      """
        def sinkhorn(self: __torch__.Ops, scores: Tensor, epsilon: Tensor, iterations: Tensor) -> Tensor:
          B = torch.size(scores, 0)
          K = torch.size(scores, 1)
          s = torch.div(torch.sub(scores, torch.max(scores)), float(epsilon))
          q = torch.exp(s)
          q0 = torch.div_(q, torch.sum(q))
          for i in range(int(iterations)):
            r = torch.clamp_min(torch.sum(q, [0], True), 1e-35)
            q1 = torch.div_(q, torch.mul(r, K))
            c = torch.clamp_min(torch.sum(q, [1], True), 1e-35)
            q2 = torch.div_(q, torch.mul(c, B))
          return torch.mul_(q, B)
      """;

  private final Kernels kernels;

  public SinkhornKnopp(ComputeDevice device) {
    this.kernels = Kernels.load(device, KERNELS);
  }

  /**
   * Codes of a batch.
   *
   * @param scores of each sample for each prototype, [B, K], float or double
   * @param epsilon entropic regularisation, above 0
   * @return q [B, K], each row sums to 1
   */
  public NDArray codes(NDManager scope, NDArray scores, double epsilon, int iterations) {
    return kernels.one(
        scope, "sinkhorn", scores, scope.create(epsilon), scope.create((long) iterations));
  }

  @Override
  public void close() {
    kernels.close();
  }
}
