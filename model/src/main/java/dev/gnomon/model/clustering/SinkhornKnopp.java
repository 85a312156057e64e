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
 * sample's own would be another algorithm at few iterations (METHOD 4.3).
 *
 * <p>Q is kept as diag(v) E diag(u) (METHOD 1.3, eq. 13). E is the softmax of each sample's scores,
 * v starts as what that took away: the same product, and no sample underflows however small epsilon
 * is. An iteration reads E twice and writes two vectors. Sums of prototypes are clamped above 0, so
 * that a prototype far from every sample stays empty instead of becoming NaN.
 */
public final class SinkhornKnopp implements AutoCloseable {

  private static final String KERNELS =
      """
        def sinkhorn(self: __torch__.Ops, scores: Tensor, epsilon: Tensor, iterations: Tensor) -> Tensor:
          B = torch.size(scores, 0)
          K = torch.size(scores, 1)
          least = 1e-30
          if torch.eq(ops.prim.dtype(scores), 7):
            least0 = 1e-290
          else:
            least0 = least
          s = torch.div(scores, float(epsilon))
          own = torch.amax(s, [1], True)
          E = torch.softmax(s, 1)
          v = torch.div(torch.exp(torch.sub(own, torch.max(own))), torch.amax(E, [1], True))
          r = torch.mm(torch.t(v), E)
          u0 = torch.div(torch.ones_like(r), torch.sum(r))
          v0 = v
          for i in range(int(iterations)):
            if torch.gt(i, 0):
              r0 = torch.mm(torch.t(v0), E)
            else:
              r0 = r
            u1 = torch.reciprocal(torch.mul(torch.clamp_min(r0, least0), K))
            v1 = torch.reciprocal(torch.mul(torch.mm(E, torch.t(u1)), B))
            u0 = u1
            v0 = v1
          return torch.mul_(torch.mul_(E, u0), torch.mul(v0, B))
      """;

  private final Kernels kernels;

  public SinkhornKnopp(ComputeDevice device) {
    this.kernels = Kernels.load(device, program());
  }

  /** The program of its native kernel. */
  public static String program() {
    return KERNELS;
  }

  /**
   * Codes of a batch.
   *
   * @param scores of each sample for each prototype, [B, K], float or double
   * @param epsilon entropic regularisation, above 0
   * @return q [B, K], each row sums to 1
   */
  public NDArray codes(NDManager scope, NDArray scores, double epsilon, int iterations) {
    return kernels.one(scope, "sinkhorn", scores, epsilon, (long) iterations);
  }

  @Override
  public void close() {
    kernels.close();
  }
}
