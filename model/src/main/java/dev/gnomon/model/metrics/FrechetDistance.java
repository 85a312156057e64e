package dev.gnomon.model.metrics;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The squared Frechet (2-Wasserstein) distance of two Gaussians (Dowson and Landau, 1982; Heusel et
 * al., 2017): |m1 - m2|^2 + tr S1 + tr S2 - 2 tr (S1 S2)^(1/2).
 *
 * <p>The trace of the root is taken on the symmetric side, as the sum of the roots of the
 * eigenvalues of A^T S2 A with S1 = A A^T: these are the eigenvalues of S1 S2, real and not
 * negative also where a covariance is singular, so nothing has to be added to a diagonal and no
 * imaginary part dropped. Pure Java on one thread: the same bits on every machine.
 */
public final class FrechetDistance {

  private FrechetDistance() {}

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
    DMatrixRMaj factor = factor(cov1, d);
    DMatrixRMaj right = new DMatrixRMaj(d, factor.numCols);
    CommonOps_DDRM.mult(new DMatrixRMaj(d, d, true, cov2), factor, right);
    DMatrixRMaj product = new DMatrixRMaj(factor.numCols, factor.numCols);
    CommonOps_DDRM.multTransA(factor, right, product);
    double trace = 0;
    for (double eigenvalue : eigen(product, false).values) {
      trace += Math.sqrt(Math.max(0, eigenvalue));
    }
    return trace;
  }

  /**
   * A [D, rank] with A A^T = covariance. Eigenvalues that are rounding of zero are left out: their
   * roots would be eight digits larger than they are.
   */
  private static DMatrixRMaj factor(double[] covariance, int d) {
    Eigen eigen = eigen(new DMatrixRMaj(d, d, true, covariance.clone()), true);
    double largest = 0;
    for (double value : eigen.values) {
      largest = Math.max(largest, value);
    }
    double negligible = d * Math.ulp(1.0) * largest;
    int rank = 0;
    for (double value : eigen.values) {
      if (value > negligible) {
        rank++;
      }
    }
    DMatrixRMaj factor = new DMatrixRMaj(d, rank);
    int column = 0;
    for (int k = 0; k < d; k++) {
      if (eigen.values[k] > negligible) {
        double root = Math.sqrt(eigen.values[k]);
        for (int i = 0; i < d; i++) {
          factor.set(i, column, root * eigen.vectors[k].get(i));
        }
        column++;
      }
    }
    return factor;
  }

  private record Eigen(double[] values, DMatrixRMaj[] vectors) {}

  /** Eigenvalues of a symmetric matrix, which is overwritten; with unit eigenvectors if asked. */
  private static Eigen eigen(DMatrixRMaj symmetric, boolean vectors) {
    int n = symmetric.numRows;
    if (n == 0) {
      return new Eigen(new double[0], new DMatrixRMaj[0]);
    }
    EigenDecomposition_F64<DMatrixRMaj> solver = DecompositionFactory_DDRM.eig(n, vectors, true);
    if (!solver.decompose(symmetric)) {
      throw new ArithmeticException(
          "the eigenvalues of a %d x %d covariance did not converge; are its features finite?"
              .formatted(n, n));
    }
    Eigen eigen = new Eigen(new double[n], new DMatrixRMaj[vectors ? n : 0]);
    for (int k = 0; k < n; k++) {
      eigen.values[k] = solver.getEigenvalue(k).real;
      if (vectors) {
        eigen.vectors[k] = solver.getEigenVector(k);
      }
    }
    return eigen;
  }
}
