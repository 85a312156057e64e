package dev.gnomon.tests.bench;

import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.engine.Noise.Purpose;
import dev.gnomon.model.metrics.FrechetDistance;
import dev.gnomon.model.metrics.Moments;
import java.util.List;
import java.util.Map;

/**
 * The Frechet distance of two sets of 2048 features from their moments, beside the route of
 * pytorch-fid: scipy.linalg.sqrtm of the product of the covariances.
 */
final class FrechetBench implements Bench {

  private static final int DIMENSIONS = 2048;
  private static final int ROWS = 4096;

  private static final String SCIPY =
      """
      import sys, time
      import numpy as np, scipy
      from scipy.linalg import sqrtm
      d, n, repeats = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
      rng = np.random.default_rng(0)
      mix = np.eye(d) + rng.standard_normal((d, d)) / np.sqrt(d)
      covs = [np.cov(rng.standard_normal((n, d)) @ mix * s, rowvar=False) for s in (1.0, 1.1)]
      for _ in range(repeats):
          began = time.perf_counter()
          root = sqrtm(covs[0] @ covs[1])
          trace = np.trace(covs[0] + covs[1]) - 2 * np.trace(root.real)
          print("seconds", time.perf_counter() - began)
      print("version", "scipy", scipy.__version__)
      """;

  @Override
  public String what() {
    return "the Frechet distance at 2048 dimensions, beside scipy's sqrtm";
  }

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    int fewer = Math.min(repeats, 3);
    Moments[] sets = {moments(0, 1), moments(1, 1.1f)};
    double[] ours = Timing.medians(fewer, () -> FrechetDistance.between(sets[0], sets[1]));
    double scipy = Python.medianSeconds(SCIPY, DIMENSIONS, ROWS, fewer);
    return List.of(
        new Figure(
            "time of scipy's route over ours",
            scipy / ours[0],
            3,
            6,
            Map.of("ours s", ours[0], "scipy s", scipy)));
  }

  private static Moments moments(long set, float scale) {
    Moments moments = new Moments(DIMENSIONS);
    for (int block = 0; block < ROWS / 256; block++) {
      float[] rows =
          Noise.normals(set, Purpose.REFERENCE, block, Math.multiplyExact(256, DIMENSIONS));
      for (int i = 0; i < rows.length; i++) {
        rows[i] *= scale * (1 + i % DIMENSIONS % 7);
      }
      moments.add(rows);
    }
    return moments;
  }
}
