package dev.gnomon.model.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;
import dev.gnomon.model.engine.Noise;
import java.util.Arrays;

/**
 * k-means as {@link dev.gnomon.model.metrics.KMeans} has it (Lloyd's iteration in float64 from
 * k-means++ starts, the best of several, empty clusters repaired), for rows that need not fit into
 * memory: they are read anew in each iteration, and a device finds their nearest centres. On rows
 * that make one chunk both find the same.
 *
 * <p>Starts are drawn from at most {@link #SEEDING_ROWS} evenly spaced rows, or eight for each
 * cluster where that is more.
 *
 * @param clusters number of centres
 * @param restarts number of starts, of which the one with the smallest inertia is kept
 * @param iterations most iterations of a start
 * @param seed of the starts
 */
public record StreamedKMeans(int clusters, int restarts, int iterations, long seed) {

  /** Rows that starts are drawn from, where eight for each cluster are not more. */
  static final int SEEDING_ROWS = 8192;

  private static final int CHUNK = 4096;

  private static final String KERNELS =
      """
        def nearest(self: __torch__.Ops, x: Tensor, centres: Tensor, half: Tensor) -> Tuple[Tensor, Tensor]:
          far = torch.addmm(half, x, torch.t(centres), beta=1, alpha=-1)
          values, indices, = torch.min(far, 1)
          return (values, indices)
        def closer(self: __torch__.Ops, x: Tensor, centre: Tensor, kept: Tensor) -> Tensor:
          gap = torch.sub(x, centre)
          return torch.minimum(kept, torch.sum(torch.mul(gap, gap), [1]))
      """;

  /**
   * What was found.
   *
   * @param centres [clusters, D]
   * @param codes the nearest centre of each row
   * @param inertia sum of squared distances of the rows to their centres
   */
  public record Clustering(float[] centres, int[] codes, double inertia) {}

  /** Told of each iteration. */
  @FunctionalInterface
  public interface Progress {
    void at(int restart, int iteration);
  }

  public StreamedKMeans {
    if (clusters < 1 || restarts < 1 || iterations < 1) {
      throw new IllegalArgumentException(
          "k-means needs at least 1 cluster, restart and iteration, got %d, %d and %d"
              .formatted(clusters, restarts, iterations));
    }
  }

  /** The program of its native kernels. */
  public static String program() {
    return KERNELS;
  }

  /**
   * Clusters rows.
   *
   * @throws DataException where there are fewer than clusters, or a number is not finite
   */
  public Clustering fit(ComputeDevice device, Rows rows, Progress progress) {
    if (rows.count() < clusters) {
      throw new DataException(
          "%d images do not make %d clusters: ask for fewer".formatted(rows.count(), clusters));
    }
    double[] mean = mean(rows);
    Start best = null;
    try (Kernels kernels = Kernels.load(device, program())) {
      for (int restart = 0; restart < restarts; restart++) {
        Start start = new Start(device, kernels, rows, mean);
        start.settle(restart, progress);
        if (best == null || start.inertia < best.inertia) {
          best = start;
        }
      }
    }
    float[] centres = new float[best.centres.length];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = (float) (best.centres[i] + mean[i % mean.length]);
    }
    return new Clustering(centres, best.codes, best.inertia);
  }

  private static double[] mean(Rows rows) {
    int d = rows.dimensions();
    double[] mean = new double[d];
    float[] chunk = new float[Math.min(CHUNK, rows.count()) * d];
    for (int from = 0; from < rows.count(); from += CHUNK) {
      int to = Math.min(rows.count(), from + CHUNK);
      rows.read(from, to, chunk);
      for (int at = 0; at < (to - from) * d; at += d) {
        for (int j = 0; j < d; j++) {
          mean[j] += chunk[at + j];
        }
      }
    }
    for (int j = 0; j < d; j++) {
      mean[j] /= rows.count();
    }
    return mean;
  }

  /** One start on its way to a local optimum. */
  private final class Start {
    private final ComputeDevice device;
    private final Kernels kernels;
    private final Rows rows;
    private final double[] mean;
    private final int n;
    private final int d;
    private final double[] centres; // [clusters, D], less the mean
    private final int[] codes; // [n]
    private final double[] distances; // [n], squared, to the row's own centre
    private double inertia;

    Start(ComputeDevice device, Kernels kernels, Rows rows, double[] mean) {
      this.device = device;
      this.kernels = kernels;
      this.rows = rows;
      this.mean = mean;
      this.n = rows.count();
      this.d = rows.dimensions();
      this.centres = new double[clusters * d];
      this.codes = new int[n];
      this.distances = new double[n];
    }

    void settle(int restart, Progress progress) {
      seedCentres(restart);
      Arrays.fill(codes, -1);
      for (int iteration = 0; iteration < iterations; iteration++) {
        progress.at(restart, iteration);
        double[] sums = new double[clusters * d];
        boolean moved = assign(sums);
        moved |= fillEmptyClusters(sums);
        if (!moved) {
          break;
        }
        moveCentres(sums);
      }
      assign(new double[clusters * d]);
      inertia = Arrays.stream(distances).sum();
    }

    /** Rows {@code from} to {@code to}, less the mean. */
    private double[] read(int from, int to) {
      float[] chunk = new float[(to - from) * d];
      rows.read(from, to, chunk);
      double[] centred = new double[chunk.length];
      for (int at = 0; at < chunk.length; at += d) {
        for (int j = 0; j < d; j++) {
          centred[at + j] = chunk[at + j] - mean[j];
        }
      }
      return centred;
    }

    /** The first centre is any row, each other a row drawn by its distance to those before. */
    private void seedCentres(int restart) {
      float[] draws = Noise.uniforms(seed, Noise.Purpose.CLUSTERING, restart, clusters);
      int m = (int) Math.min(n, Math.max(SEEDING_ROWS, 8L * clusters));
      double[] sample = new double[Math.multiplyExact(m, d)];
      for (int i = 0; i < m; i++) {
        int row = (int) ((long) i * n / m);
        System.arraycopy(read(row, row + 1), 0, sample, i * d, d);
      }
      double[] nearest = new double[m];
      Arrays.fill(nearest, 1);
      try (NDManager scope = device.scope()) {
        NDArray x = scope.create(sample, new Shape(m, d));
        double[] infinity = new double[m];
        Arrays.fill(infinity, Double.POSITIVE_INFINITY);
        NDArray kept = scope.create(infinity);
        for (int k = 0; k < clusters; k++) {
          int chosen = draw(nearest, draws[k]);
          System.arraycopy(sample, chosen * d, centres, k * d, d);
          try (NDManager piece = device.scope()) {
            NDArray centre = piece.create(Arrays.copyOfRange(sample, chosen * d, (chosen + 1) * d));
            NDArray closer = kernels.one(scope, "closer", x, centre, kept);
            kept.close();
            kept = closer;
          }
          nearest = kept.toDoubleArray();
        }
      }
    }

    /** The row where the running sum of distances passes {@code share} of the whole. */
    private int draw(double[] weights, double share) {
      double total = 0;
      for (double weight : weights) {
        total += weight;
      }
      double left = share * total;
      for (int i = 0; i < weights.length; i++) {
        left -= weights[i];
        if (left < 0) {
          return i;
        }
      }
      return weights.length - 1; // fewer different rows than clusters
    }

    /**
     * Gives each row its nearest centre, the first where several are; true where one changed.
     *
     * @param sums of the rows of each cluster, [clusters, D]
     */
    private boolean assign(double[] sums) {
      boolean changed = false;
      try (NDManager scope = device.scope()) {
        NDArray table = scope.create(centres, new Shape(clusters, d));
        NDArray half = scope.create(halfNorms());
        for (int from = 0; from < n; from += CHUNK) {
          int to = Math.min(n, from + CHUNK);
          double[] chunk = read(from, to);
          long[] nearest;
          double[] nearness; // |c|^2 / 2 - x.c
          try (NDManager piece = device.scope()) {
            NDArray x = piece.create(chunk, new Shape(to - from, d));
            NDList found = kernels.call(piece, "nearest", x, table, half);
            nearness = found.get(0).toDoubleArray();
            nearest = found.get(1).toLongArray();
          }
          for (int i = from; i < to; i++) {
            int code = (int) nearest[i - from];
            changed |= codes[i] != code;
            codes[i] = code;
            double square = 0;
            int at = (i - from) * d;
            for (int j = 0; j < d; j++) {
              square += chunk[at + j] * chunk[at + j];
              sums[code * d + j] += chunk[at + j];
            }
            distances[i] = Math.max(0, square + 2 * nearness[i - from]);
          }
        }
      }
      return changed;
    }

    private double[] halfNorms() {
      double[] half = new double[clusters];
      for (int k = 0; k < clusters; k++) {
        for (int j = k * d; j < (k + 1) * d; j++) {
          half[k] += centres[j] * centres[j] / 2;
        }
      }
      return half;
    }

    /** An empty cluster takes the row farthest from its own centre. */
    private boolean fillEmptyClusters(double[] sums) {
      int[] sizes = sizes();
      boolean filled = false;
      for (int k = 0; k < clusters; k++) {
        if (sizes[k] > 0) {
          continue;
        }
        int farthest = 0;
        for (int i = 1; i < n; i++) {
          if (distances[i] > distances[farthest]) {
            farthest = i;
          }
        }
        int from = codes[farthest];
        if (distances[farthest] > 0 && sizes[from] > 1) {
          double[] row = read(farthest, farthest + 1);
          for (int j = 0; j < d; j++) {
            sums[from * d + j] -= row[j];
            sums[k * d + j] += row[j];
          }
          sizes[from]--;
          sizes[k]++;
          codes[farthest] = k;
          distances[farthest] = 0;
          filled = true;
        }
      }
      return filled;
    }

    /** Moves each centre to the mean of its rows; one without rows stays. */
    private void moveCentres(double[] sums) {
      int[] sizes = sizes();
      for (int i = 0; i < centres.length; i++) {
        int size = sizes[i / d];
        centres[i] = size > 0 ? sums[i] / size : centres[i];
      }
    }

    private int[] sizes() {
      int[] sizes = new int[clusters];
      for (int code : codes) {
        sizes[code]++;
      }
      return sizes;
    }
  }
}
