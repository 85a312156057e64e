package dev.gnomon.model.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;

/**
 * Rows in the plane of their two first principal components (Pearson, 1901): the centred rows,
 * projected onto the two eigenvectors of their scatter with the largest eigenvalues. A component's
 * direction is that in which its farthest row is positive. In float64, by libtorch's LAPACK.
 *
 * @param coordinates [n, 2]
 * @param shares of the variance that each component has, [2]; 0 where there is none
 */
public record PrincipalComponents(double[] coordinates, double[] shares) {

  private static final String KERNELS =
      """
        def components(self: __torch__.Ops, x: Tensor) -> Tuple[Tensor, Tensor]:
          d = torch.size(x, 1)
          centred = torch.sub(x, torch.mean(x, [0], True))
          values, vectors = torch.linalg_eigh(torch.mm(torch.t(centred), centred), "L")
          first = torch.mm(centred, torch.slice(vectors, 1, torch.sub(d, 2), d, 1))
          return (first, torch.clamp_min(values, 0))
      """;

  /** The program of its native kernel. */
  public static String program() {
    return KERNELS;
  }

  /**
   * The components of rows [n, dimensions], of at least two of each.
   *
   * @throws IllegalArgumentException where there are fewer, or one is not finite
   */
  public static PrincipalComponents of(float[] rows, int dimensions) {
    int n = rows.length / dimensions;
    if (n < 2 || dimensions < 2 || rows.length % dimensions != 0) {
      throw new IllegalArgumentException(
          "%d numbers in rows of %d: components need two rows of two dimensions"
              .formatted(rows.length, dimensions));
    }
    double[] wide = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      if (!Float.isFinite(rows[i])) {
        throw new IllegalArgumentException(
            "row %d has %s in dimension %d; it has no place among the others"
                .formatted(i / dimensions, rows[i], i % dimensions));
      }
      wide[i] = rows[i];
    }
    try (ComputeDevice device =
            ComputeDevice.open("cpu", Runtime.getRuntime().availableProcessors());
        Kernels kernels = Kernels.load(device, program());
        NDManager scope = device.scope()) {
      NDArray x = scope.create(wide).reshape(n, dimensions);
      NDList answer = kernels.call(scope, "components", x);
      return of(answer.get(0).toDoubleArray(), answer.get(1).toDoubleArray());
    }
  }

  /** From columns that ascend in variance to coordinates that descend. */
  private static PrincipalComponents of(double[] projected, double[] values) {
    double[] coordinates = new double[projected.length];
    double total = 0;
    for (double value : values) {
      total += value;
    }
    double[] shares = new double[2];
    for (int component = 0; component < 2; component++) {
      double farthest = 0;
      for (int i = 1 - component; i < projected.length; i += 2) {
        farthest = Math.abs(projected[i]) > Math.abs(farthest) ? projected[i] : farthest;
      }
      for (int i = 0; i < projected.length; i += 2) {
        double at = projected[i + 1 - component];
        coordinates[i + component] = farthest < 0 ? -at : at;
      }
      shares[component] = total > 0 ? values[values.length - 1 - component] / total : 0;
    }
    return new PrincipalComponents(coordinates, shares);
  }
}
