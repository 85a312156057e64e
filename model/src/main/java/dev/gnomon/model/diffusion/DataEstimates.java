package dev.gnomon.model.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * What the images of an integration are estimated to become, at the beginning of each of its steps:
 * the estimate of the data x_1 that a point and its velocity mean on their path ({@link
 * ProbabilityPath#data}). Of very many steps every second, fourth, ... is kept, so that memory is
 * bounded.
 */
public final class DataEstimates {

  private static final int MOST = 48; // steps that are kept

  private final int samples;
  private final List<Estimate> kept = new ArrayList<>();
  private int every = 1;
  private int steps;

  /**
   * The estimates at a time.
   *
   * @param t 0 = noise, 1 = data
   * @param pixels uint8 [samples, channels, size, size]
   */
  public record Estimate(double t, byte[] pixels) {}

  /** Estimates of the first {@code samples} images. */
  public DataEstimates(int samples) {
    this.samples = samples;
  }

  /** A step begins at {@code state}, [count, C, H, W], with this velocity, at t. */
  void add(ProbabilityPath path, NDArray state, NDArray velocity, double t) {
    if (steps++ % every != 0) {
      return;
    }
    NDIndex first = new NDIndex("0:{}", samples);
    NDArray data = path.data(state.get(first), velocity.get(first), t);
    kept.add(new Estimate(t, ImageSampler.pixels(data.toFloatArray())));
    if (kept.size() > MOST) {
      every *= 2;
      List<Estimate> fewer = new ArrayList<>();
      for (int i = 0; i < kept.size(); i += 2) {
        fewer.add(kept.get(i));
      }
      kept.clear();
      kept.addAll(fewer);
    }
  }

  /** At most {@code most} of them, ascending in t, the first among them, spread evenly. */
  public List<Estimate> spread(int most) {
    List<Estimate> chosen = new ArrayList<>();
    int count = Math.min(most, kept.size());
    for (int i = 0; i < count; i++) {
      chosen.add(kept.get((int) ((long) i * kept.size() / count)));
    }
    return chosen;
  }
}
