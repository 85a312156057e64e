package dev.gnomon.model.metrics;

import dev.gnomon.model.engine.Noise;
import java.util.Arrays;

/**
 * k-means by Lloyd's iteration in float64, from k-means++ starts (Arthur and Vassilvitskii, 2007);
 * the best of several restarts. The result is a pure function of the rows, the settings and the
 * seed.
 *
 * <p>A cluster that loses its last row takes the row farthest from its own centre, so that all
 * clusters are used where there are that many different rows.
 *
 * @param clusters number of centres
 * @param restarts number of starts, of which the one with the smallest inertia is kept
 * @param iterations most iterations of a start
 * @param seed of the starts
 */
public record KMeans(int clusters, int restarts, int iterations, long seed) {

  /**
   * What was found.
   *
   * @param centres [clusters, D]
   * @param codes the nearest centre of each row
   * @param inertia sum of squared distances of the rows to their centres
   */
  public record Clustering(double[] centres, int[] codes, double inertia) {}

  public KMeans {
    if (clusters < 1 || restarts < 1 || iterations < 1) {
      throw new IllegalArgumentException(
          "k-means needs at least 1 cluster, restart and iteration, got %d, %d and %d"
              .formatted(clusters, restarts, iterations));
    }
  }

  /** Five restarts of at most a hundred iterations. */
  public KMeans(int clusters, long seed) {
    this(clusters, 5, 100, seed);
  }

  /** Clusters finite rows [n, dimensions]; n is at least the number of clusters. */
  public Clustering fit(float[] rows, int dimensions) {
    if (dimensions < 1 || rows.length % dimensions != 0) {
      throw new IllegalArgumentException(
          "%d numbers are not whole rows of %d dimensions".formatted(rows.length, dimensions));
    }
    if (rows.length / dimensions < clusters) {
      throw new IllegalArgumentException(
          "%d rows do not make %d clusters".formatted(rows.length / dimensions, clusters));
    }
    double[] mean = mean(rows, dimensions);
    double[] centred = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      centred[i] = rows[i] - mean[i % dimensions];
    }
    Clustering best = null;
    for (int restart = 0; restart < restarts; restart++) {
      Clustering found = new Start(centred, dimensions, restart).settle();
      if (best == null || found.inertia < best.inertia) {
        best = found;
      }
    }
    for (int i = 0; i < best.centres.length; i++) {
      best.centres[i] += mean[i % dimensions];
    }
    return best;
  }

  private static double[] mean(float[] rows, int dimensions) {
    double[] mean = new double[dimensions];
    for (int i = 0; i < rows.length; i++) {
      if (!Float.isFinite(rows[i])) {
        throw new IllegalArgumentException(
            "row %d has %s in dimension %d, which has no distance to anything"
                .formatted(i / dimensions, rows[i], i % dimensions));
      }
      mean[i % dimensions] += rows[i];
    }
    for (int j = 0; j < dimensions; j++) {
      mean[j] /= rows.length / dimensions;
    }
    return mean;
  }

  /** One start on its way to a local optimum. */
  private final class Start {
    private final double[] rows; // [n, D]
    private final int n;
    private final int d;
    private final double[] centres; // [D, clusters], so that one row meets all centres in a loop
    private final int[] codes; // [n]
    private final double[] distances; // [n], squared, to the row's own centre

    Start(double[] rows, int d, int restart) {
      this.rows = rows;
      this.n = rows.length / d;
      this.d = d;
      this.centres = new double[d * clusters];
      this.codes = new int[n];
      this.distances = new double[n];
      seedCentres(Noise.uniforms(seed, Noise.Purpose.CLUSTERING, restart, clusters));
    }

    Clustering settle() {
      Arrays.fill(codes, -1);
      for (int iteration = 0; iteration < iterations; iteration++) {
        boolean moved = assign();
        moved |= fillEmptyClusters();
        if (!moved) {
          break;
        }
        moveCentres();
      }
      assign();
      double inertia = 0;
      for (double distance : distances) {
        inertia += distance;
      }
      return new Clustering(byCluster(), codes, inertia);
    }

    /** The first centre is any row, each other a row drawn by its distance to those before. */
    private void seedCentres(float[] draws) {
      Arrays.fill(distances, 1);
      for (int k = 0; k < clusters; k++) {
        int chosen = draw(draws[k]);
        for (int j = 0; j < d; j++) {
          centres[j * clusters + k] = rows[chosen * d + j];
        }
        for (int i = 0; i < n; i++) {
          double distance = distance(i, k);
          distances[i] = k == 0 ? distance : Math.min(distances[i], distance);
        }
      }
    }

    /** The row where the running sum of distances passes {@code share} of the whole. */
    private int draw(double share) {
      double total = 0;
      for (double distance : distances) {
        total += distance;
      }
      double left = share * total;
      for (int i = 0; i < n; i++) {
        left -= distances[i];
        if (left < 0) {
          return i;
        }
      }
      return n - 1; // fewer different rows than clusters
    }

    /** Gives each row its nearest centre, the first where several are; true where one changed. */
    private boolean assign() {
      double[] norms = new double[clusters]; // halved
      for (int j = 0; j < d; j++) {
        for (int k = 0; k < clusters; k++) {
          double value = centres[j * clusters + k];
          norms[k] += value * value / 2;
        }
      }
      boolean changed = false;
      double[] nearness = new double[clusters]; // x.c - |c|^2 / 2: greatest for the nearest
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < clusters; k++) {
          nearness[k] = -norms[k];
        }
        for (int j = 0; j < d; j++) {
          double value = rows[i * d + j];
          int centre = j * clusters;
          for (int k = 0; k < clusters; k++) {
            nearness[k] += value * centres[centre + k];
          }
        }
        int nearest = 0;
        for (int k = 1; k < clusters; k++) {
          if (nearness[k] > nearness[nearest]) {
            nearest = k;
          }
        }
        changed |= codes[i] != nearest;
        codes[i] = nearest;
        distances[i] = distance(i, nearest);
      }
      return changed;
    }

    private boolean fillEmptyClusters() {
      int[] sizes = new int[clusters];
      for (int code : codes) {
        sizes[code]++;
      }
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
        if (distances[farthest] > 0 && sizes[codes[farthest]] > 1) {
          sizes[codes[farthest]]--;
          sizes[k]++;
          codes[farthest] = k;
          distances[farthest] = 0;
          filled = true;
        }
      }
      return filled;
    }

    /** Moves each centre to the mean of its rows; one without rows stays. */
    private void moveCentres() {
      double[] sums = new double[clusters * d];
      int[] sizes = new int[clusters];
      for (int i = 0; i < n; i++) {
        sizes[codes[i]]++;
        for (int j = 0; j < d; j++) {
          sums[codes[i] * d + j] += rows[i * d + j];
        }
      }
      for (int k = 0; k < clusters; k++) {
        for (int j = 0; j < d && sizes[k] > 0; j++) {
          centres[j * clusters + k] = sums[k * d + j] / sizes[k];
        }
      }
    }

    private double distance(int row, int cluster) {
      double sum = 0;
      for (int j = 0; j < d; j++) {
        double gap = rows[row * d + j] - centres[j * clusters + cluster];
        sum += gap * gap;
      }
      return sum;
    }

    private double[] byCluster() {
      double[] turned = new double[clusters * d];
      for (int k = 0; k < clusters; k++) {
        for (int j = 0; j < d; j++) {
          turned[k * d + j] = centres[j * clusters + k];
        }
      }
      return turned;
    }
  }
}
