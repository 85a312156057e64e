package dev.gnomon.model.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;

/**
 * The squared Frechet (2-Wasserstein) distance of two Gaussians (Dowson and Landau, 1982; Heusel et
 * al., 2017): |m1 - m2|^2 + tr S1 + tr S2 - 2 tr (S1 S2)^(1/2).
 *
 * <p>The trace of the root is taken on the symmetric side, as the sum of the roots of the
 * eigenvalues of A^T S2 A with S1 = A A^T: these are the eigenvalues of S1 S2, real and not
 * negative also where a covariance is singular, so nothing has to be added to a diagonal and no
 * imaginary part dropped. In float64, by libtorch's LAPACK.
 */
public final class FrechetDistance {

  /**
   * A is the first covariance's Cholesky factor where that is far from singular. Else it comes from
   * its eigenvectors, without eigenvalues that are rounding of zero: their roots would be eight
   * digits larger than they are.
   */
  private static final String KERNELS =
      """
        def trace_of_root(self: __torch__.Ops, s1: Tensor, s2: Tensor) -> Tensor:
          d = torch.size(s1, 0)
          factor, failed = torch.linalg_cholesky_ex(s1)
          pivots = torch.diagonal(factor)
          least = torch.mul(torch.max(torch.diagonal(s1)), 1e-10)
          regular = torch.gt(torch.min(torch.square(pivots)), least)
          if bool(torch.logical_and(torch.eq(failed, 0), regular)):
            a = factor
          else:
            values, vectors = torch.linalg_eigh(s1, "L")
            negligible = torch.mul(torch.max(values), torch.mul(d, 2.220446049250313e-16))
            rank = int(torch.sum(torch.gt(values, negligible)))
            roots = torch.sqrt(torch.slice(values, 0, torch.sub(d, rank), d, 1))
            a = torch.mul(torch.slice(vectors, 1, torch.sub(d, rank), d, 1), roots)
          product = torch.mm(torch.t(a), torch.mm(s2, a))
          eigenvalues = torch.linalg_eigvalsh(product, "L")
          return torch.sum(torch.sqrt(torch.clamp_min(eigenvalues, 0)))
      """;

  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private FrechetDistance() {}

  /** The program of its native kernel, which runs on a CPU. */
  public static String program() {
    return KERNELS;
  }

  /** Distance of the Gaussians with these moments, each of at least two rows; never negative. */
  public static double between(Moments a, Moments b) {
    return between(a.mean(), a.covariance(), b.mean(), b.covariance());
  }

  /**
   * Distance of the Gaussians with means [D] and symmetric covariances [D, D], row-major; never
   * negative.
   */
  static double between(double[] mean1, double[] cov1, double[] mean2, double[] cov2) {
    int d = mean1.length;
    if (mean2.length != d || cov1.length != d * d || cov2.length != d * d) {
      throw new IllegalArgumentException(
          "means of %d and %d dimensions, covariances of %d and %d numbers: both sets must be"
                  .formatted(d, mean2.length, cov1.length, cov2.length)
              + " features of one network");
    }
    double distance = 0;
    for (int i = 0; i < d; i++) {
      double gap = mean1[i] - mean2[i];
      distance += gap * gap + cov1[i * d + i] + cov2[i * d + i];
    }
    distance -= 2 * traceOfRoot(cov1, cov2, d);
    return Math.max(0, distance);
  }

  private static double traceOfRoot(double[] cov1, double[] cov2, int d) {
    try (ComputeDevice device = ComputeDevice.open("cpu", CORES);
        Kernels kernels = Kernels.load(device, program());
        NDManager scope = device.scope()) {
      NDArray s1 = scope.create(cov1).reshape(d, d);
      NDArray s2 = scope.create(cov2).reshape(d, d);
      return kernels.one(scope, "trace_of_root", s1, s2).getDouble();
    }
  }
}
