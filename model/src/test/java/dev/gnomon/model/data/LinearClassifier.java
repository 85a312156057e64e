package dev.gnomon.model.data;

import java.util.Arrays;

/**
 * Multinomial logistic regression on standardised features with a weak ridge, fitted by Nesterov's
 * accelerated gradient until the gradient is small. The problem is convex: there is one answer.
 */
final class LinearClassifier {

  private static final double RIDGE = 1e-4;
  private static final double SMALL = 1e-2;
  private static final int MOST_ITERATIONS = 3000;

  private final int classes;
  private final double[] mean;
  private final double[] deviation;
  private final double[] weights; // [features + 1, classes]

  /** Fits {@code x} [images, features] to labels {@code y} in 0 .. classes - 1. */
  LinearClassifier(double[][] x, int[] y, int classes) {
    this.classes = classes;
    int d = x[0].length;
    mean = new double[d];
    deviation = new double[d];
    for (int j = 0; j < d; j++) {
      int column = j;
      mean[j] = Arrays.stream(x).mapToDouble(row -> row[column]).average().orElseThrow();
      double square =
          Arrays.stream(x).mapToDouble(row -> Math.pow(row[column] - mean[column], 2)).sum();
      deviation[j] = Math.sqrt(square / x.length) + 1e-9;
    }
    double[][] z = Arrays.stream(x).map(this::standardised).toArray(double[][]::new);
    double step = 1 / (0.5 * largestEigenvalue(z) + RIDGE); // 1 / Lipschitz constant
    weights = new double[(d + 1) * classes];
    double[] ahead = weights.clone();
    double norm = Double.MAX_VALUE;
    int restart = 0;
    double before = Double.MAX_VALUE;
    for (int k = 0; k < MOST_ITERATIONS && norm > SMALL; k++) {
      double[] gradient = gradient(z, y, ahead);
      norm = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
      restart = norm > before ? k : restart;
      before = norm;
      double momentum = (k - restart) / (k - restart + 3.0);
      for (int i = 0; i < weights.length; i++) {
        double next = ahead[i] - step * gradient[i];
        ahead[i] = next + momentum * (next - weights[i]);
        weights[i] = next;
      }
    }
    if (norm > SMALL) {
      throw new AssertionError("the fit did not converge: gradient " + norm);
    }
  }

  /** Share of {@code x} that is given its label {@code y}. */
  double accuracy(double[][] x, int[] y) {
    int right = 0;
    for (int i = 0; i < x.length; i++) {
      double[] scores = scores(standardised(x[i]), weights);
      int best = 0;
      for (int c = 1; c < classes; c++) {
        best = scores[c] > scores[best] ? c : best;
      }
      right += best == y[i] ? 1 : 0;
    }
    return (double) right / x.length;
  }

  private double[] standardised(double[] row) {
    double[] z = new double[row.length + 1];
    for (int j = 0; j < row.length; j++) {
      z[j] = (row[j] - mean[j]) / deviation[j];
    }
    z[row.length] = 1; // the intercept
    return z;
  }

  private double[] scores(double[] z, double[] w) {
    double[] scores = new double[classes];
    for (int j = 0; j < z.length; j++) {
      for (int c = 0; c < classes; c++) {
        scores[c] += z[j] * w[j * classes + c];
      }
    }
    return scores;
  }

  private double[] gradient(double[][] z, int[] y, double[] w) {
    double[] gradient = Arrays.stream(w).map(v -> v * RIDGE).toArray();
    for (int i = 0; i < z.length; i++) {
      double[] p = scores(z[i], w);
      double most = Arrays.stream(p).max().orElseThrow();
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        p[c] = Math.exp(p[c] - most);
        sum += p[c];
      }
      for (int c = 0; c < classes; c++) {
        p[c] = (p[c] / sum - (y[i] == c ? 1 : 0)) / z.length;
      }
      for (int j = 0; j < z[i].length; j++) {
        for (int c = 0; c < classes; c++) {
          gradient[j * classes + c] += z[i][j] * p[c];
        }
      }
    }
    return gradient;
  }

  /** Of z'z / n, by power iteration, rounded up a little. */
  private static double largestEigenvalue(double[][] z) {
    double[] v = new double[z[0].length];
    Arrays.setAll(v, j -> 1 + 0.01 * j);
    double norm = 0;
    for (int k = 0; k < 50; k++) {
      double[] next = new double[v.length];
      for (double[] row : z) {
        double dot = 0;
        for (int j = 0; j < v.length; j++) {
          dot += row[j] * v[j];
        }
        for (int j = 0; j < v.length; j++) {
          next[j] += row[j] * dot / z.length;
        }
      }
      norm = Math.sqrt(Arrays.stream(next).map(a -> a * a).sum());
      for (int j = 0; j < v.length; j++) {
        v[j] = next[j] / norm;
      }
    }
    return 1.05 * norm;
  }
}
