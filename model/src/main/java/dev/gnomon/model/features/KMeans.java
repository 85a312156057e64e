package dev.gnomon.model.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;
import dev.gnomon.model.engine.Noise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * k-means by Lloyd's iteration in float64 from k-means++ starts (Arthur and Vassilvitskii, 2007),
 * the best of several restarts, for rows that need not fit into memory: each iteration reads them
 * anew, once for all starts, and a device finds their nearest centres.
 *
 * <p>A cluster that loses its last row takes the row farthest from its own centre, so that all
 * clusters are used where there are that many different rows.
 *
 * <p>Starts are drawn from at most {@link #SEEDING_ROWS} evenly spaced rows, or eight for each
 * cluster where that is more.
 *
 * @param clusters number of centres
 * @param restarts number of starts, of which the one with the smallest inertia is kept
 * @param iterations most iterations of a start
 * @param seed of the starts
 */
public record KMeans(int clusters, int restarts, int iterations, long seed) {

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

  /** Told of each iteration, counted from 0, as it begins. */
  @FunctionalInterface
  public interface Progress {
    void at(int iteration);
  }

  public KMeans {
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
    try (Kernels kernels = Kernels.load(device, program())) {
      return new Fit(device, kernels, rows).run(progress);
    }
  }

  /** All starts on their way, on one device. */
  private final class Fit {
    private final ComputeDevice device;
    private final Kernels kernels;
    private final Rows rows;
    private final int n;
    private final int d;
    private final double[] mean;

    Fit(ComputeDevice device, Kernels kernels, Rows rows) {
      this.device = device;
      this.kernels = kernels;
      this.rows = rows;
      this.n = rows.count();
      this.d = rows.dimensions();
      this.mean = new double[d]; // until it is known
      double[] sums = new double[d];
      for (int from = 0; from < n; from += CHUNK) {
        double[] chunk = read(from, Math.min(n, from + CHUNK));
        for (int at = 0; at < chunk.length; at += d) {
          for (int j = 0; j < d; j++) {
            sums[j] += finite(chunk[at + j], from + at / d, j);
          }
        }
      }
      for (int j = 0; j < d; j++) {
        mean[j] = sums[j] / n;
      }
    }

    private static double finite(double value, int row, int dimension) {
      if (!Double.isFinite(value)) {
        throw new DataException(
            "row %d has %s in dimension %d, which has no distance to anything"
                .formatted(row, value, dimension));
      }
      return value;
    }

    Clustering run(Progress progress) {
      List<Start> starts = starts();
      List<Start> moving = new ArrayList<>(starts);
      for (int iteration = 0; iteration < iterations && !moving.isEmpty(); iteration++) {
        progress.at(iteration);
        assign(moving);
        moving.removeIf(start -> !start.move());
      }
      assign(moving); // those whose iterations ended before they settled
      Start best = starts.stream().min(Comparator.comparingDouble(Start::inertia)).orElseThrow();
      float[] centres = new float[best.centres.length];
      for (int i = 0; i < centres.length; i++) {
        centres[i] = (float) (best.centres[i] + mean[i % d]);
      }
      return new Clustering(centres, best.codes, best.inertia());
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

    private List<Start> starts() {
      int m = (int) Math.min(n, Math.max(SEEDING_ROWS, 8L * clusters));
      double[] sample = new double[Math.multiplyExact(m, d)];
      for (int i = 0; i < m; i++) {
        int row = (int) ((long) i * n / m);
        System.arraycopy(read(row, row + 1), 0, sample, i * d, d);
      }
      try (NDManager scope = device.scope()) {
        NDArray x = scope.create(sample, new Shape(m, d));
        return IntStream.range(0, restarts)
            .mapToObj(restart -> new Start(this, centres(restart, sample, x)))
            .toList();
      }
    }

    /**
     * The first centre is any row, each other a row drawn by its distance to those before.
     *
     * @param sample [m, D]
     * @param x the same, on the device
     * @return [clusters, D]
     */
    private double[] centres(int restart, double[] sample, NDArray x) {
      float[] draws = Noise.uniforms(seed, Noise.Purpose.CLUSTERING, restart, clusters);
      double[] centres = new double[clusters * d];
      double[] nearest = new double[sample.length / d];
      try (NDManager scope = device.scope()) {
        Arrays.fill(nearest, Double.POSITIVE_INFINITY);
        NDArray kept = scope.create(nearest);
        Arrays.fill(nearest, 1);
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
      return centres;
    }

    /** The row where the running sum of distances passes {@code share} of the whole. */
    private int draw(double[] weights, double share) {
      double left = share * Arrays.stream(weights).sum();
      for (int i = 0; i < weights.length; i++) {
        left -= weights[i];
        if (left < 0) {
          return i;
        }
      }
      return weights.length - 1; // fewer different rows than clusters
    }

    /** Gives each row its nearest centre in each of some starts, the first where several are. */
    private void assign(List<Start> starts) {
      starts.forEach(Start::begin);
      try (NDManager scope = device.scope()) {
        List<NDArray> tables = new ArrayList<>();
        List<NDArray> halves = new ArrayList<>();
        for (Start start : starts) {
          tables.add(scope.create(start.centres, new Shape(clusters, d)));
          halves.add(scope.create(start.halfNorms()));
        }
        for (int from = 0; from < n && !starts.isEmpty(); from += CHUNK) {
          int to = Math.min(n, from + CHUNK);
          double[] chunk = read(from, to);
          long[][] nearest = new long[starts.size()][];
          double[][] nearness = new double[starts.size()][]; // |c|^2 / 2 - x.c
          try (NDManager piece = device.scope()) {
            NDArray x = piece.create(chunk, new Shape(to - from, d));
            for (int s = 0; s < starts.size(); s++) {
              NDList found = kernels.call(piece, "nearest", x, tables.get(s), halves.get(s));
              nearness[s] = found.get(0).toDoubleArray();
              nearest[s] = found.get(1).toLongArray();
            }
          }
          int first = from;
          IntStream.range(0, starts.size())
              .parallel()
              .forEach(s -> starts.get(s).take(first, chunk, nearest[s], nearness[s]));
        }
      }
    }
  }

  /** One start on its way to a local optimum. */
  private final class Start {
    private final Fit fit;
    private final int d;
    private final double[] centres; // [clusters, D], less the mean
    private final double[] sums; // [clusters, D], of the rows of each cluster
    private final int[] codes; // [n]
    private final double[] distances; // [n], squared, to the row's own centre
    private boolean changed; // of the codes, in this iteration

    Start(Fit fit, double[] centres) {
      this.fit = fit;
      this.d = fit.d;
      this.centres = centres;
      this.sums = new double[centres.length];
      this.codes = new int[fit.n];
      this.distances = new double[fit.n];
      Arrays.fill(codes, -1);
    }

    void begin() {
      Arrays.fill(sums, 0);
      changed = false;
    }

    /** Takes what the device found of the rows of a chunk, from the row {@code first} on. */
    void take(int first, double[] chunk, long[] nearest, double[] nearness) {
      for (int i = 0; i < nearest.length; i++) {
        int code = (int) nearest[i];
        changed |= codes[first + i] != code;
        codes[first + i] = code;
        double square = 0;
        for (int j = 0; j < d; j++) {
          double value = chunk[i * d + j];
          square += value * value;
          sums[code * d + j] += value;
        }
        distances[first + i] = Math.max(0, square + 2 * nearness[i]);
      }
    }

    /** Moves each centre to the mean of its rows; false, and nothing moves, where it settled. */
    boolean move() {
      int[] sizes = new int[clusters];
      for (int code : codes) {
        sizes[code]++;
      }
      if (!fillEmptyClusters(sizes) && !changed) {
        return false;
      }
      for (int i = 0; i < centres.length; i++) { // one without rows stays
        centres[i] = sizes[i / d] > 0 ? sums[i] / sizes[i / d] : centres[i];
      }
      return true;
    }

    /** An empty cluster takes the row farthest from its own centre. */
    private boolean fillEmptyClusters(int[] sizes) {
      boolean filled = false;
      for (int k = 0; k < clusters; k++) {
        if (sizes[k] > 0) {
          continue;
        }
        int farthest = 0;
        for (int i = 1; i < distances.length; i++) {
          if (distances[i] > distances[farthest]) {
            farthest = i;
          }
        }
        int from = codes[farthest];
        if (distances[farthest] > 0 && sizes[from] > 1) {
          double[] row = fit.read(farthest, farthest + 1);
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

    double[] halfNorms() {
      double[] half = new double[clusters];
      for (int i = 0; i < centres.length; i++) {
        half[i / d] += centres[i] * centres[i] / 2;
      }
      return half;
    }

    double inertia() {
      return Arrays.stream(distances).sum();
    }
  }
}
