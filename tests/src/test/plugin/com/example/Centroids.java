package com.example;

import dev.gnomon.actors.assigner.AssignerWork;
import dev.gnomon.model.clustering.CodeStatistics;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.metrics.ClusterAgreement;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.Taps;
import dev.gnomon.model.training.TrainingSettings;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A centroid of unit length for each code, [codes, width]; the nearest one is an image's code. */
final class Centroids implements AssignerWork {

  private final TrainingSettings settings;
  private final double rate; // share of the way that a centroid moves to an image
  private final BiConsumer<Long, double[]> told; // images of each centroid at a step
  private final TreeMap<Long, float[]> versions = new TreeMap<>();
  private final CodeStatistics statistics;
  private final float[] centroids;
  private final int codes;
  private final int width;
  private long step;

  Centroids(TrainingSettings settings, double rate, BiConsumer<Long, double[]> told) {
    this.settings = settings;
    this.rate = rate;
    this.told = told;
    this.codes = settings.condition().prototypes();
    this.width = settings.network().width();
    this.centroids = new float[codes * width];
    this.statistics = new CodeStatistics(codes, settings.condition().classes());
    keepVersion();
  }

  @Override
  public long step() {
    return step;
  }

  @Override
  public AssignerStep step(Taps taps) {
    float[] images = taps.features();
    int[] nearest = nearest(centroids, images);
    double[] used = statistics.histogram();
    double few = 0.1 * Arrays.stream(used).average().orElseThrow();
    double loss = 0;
    for (int i = 0; i < nearest.length; i++) {
      loss += (1 - cosine(centroids, nearest[i], images, i)) / nearest.length;
      if (taps.times()[i] > 0.5) { // more image than noise
        boolean restart = used[i % codes] <= few; // a code that hardly any image has
        move(restart ? i % codes : nearest[i], restart ? 1 : rate, images, i);
      }
    }
    statistics.add(taps.codes().length > 0 ? taps.codes() : nearest, taps.labels());
    step++;
    keepVersion();
    double nmi = ClusterAgreement.nmi(statistics.contingency());
    return new AssignerStep(taps.step(), loss, 1, nmi, statistics.balance(), nearest);
  }

  @Override
  public void skip() { // a batch that is left out, since some loss on it was not finite
    step++;
    keepVersion();
  }

  @Override
  public Conditions conditions(long forStep, long version, float[] features) {
    float[] kept = versions.get(version);
    int[] nearest = nearest(kept, features);
    int[] used = Arrays.stream(nearest).sorted().distinct().toArray();
    float[] rows = new float[used.length * width];
    for (int i = 0; i < used.length; i++) {
      System.arraycopy(kept, used[i] * width, rows, i * width, width);
    }
    return new Conditions(forStep, version, nearest, used, rows);
  }

  @Override
  public String lossName() {
    return "centroid_distance";
  }

  @Override
  public WeightSet save() { // for each checkpoint
    told.accept(step, statistics.histogram());
    return new WeightSet(
        Map.of(
            "ema.prototypes.weight", HostTensor.of(centroids, codes, width),
            "histogram", statistics.save(),
            "step", HostTensor.of(new long[] {step})));
  }

  @Override
  public void restore(WeightSet saved) {
    saved.get("ema.prototypes.weight").data().asFloatBuffer().get(centroids);
    statistics.restore(saved.get("histogram"));
    step = saved.get("step").longs()[0];
    keepVersion();
  }

  @Override
  public void close() {}

  private void keepVersion() {
    if (settings.schedule().publishes(step)) {
      versions.put(step, centroids.clone());
    }
    versions.headMap(settings.schedule().oldestNeeded(step)).clear();
  }

  private int[] nearest(float[] table, float[] images) {
    int[] nearest = new int[images.length / width];
    for (int i = 0; i < nearest.length; i++) {
      for (int code = 1; code < codes; code++) {
        boolean nearer = cosine(table, code, images, i) > cosine(table, nearest[i], images, i);
        nearest[i] = nearer ? code : nearest[i];
      }
    }
    return nearest;
  }

  private void move(int code, double share, float[] images, int image) {
    double length = Math.max(1e-12, Math.sqrt(dot(images, image, images, image)));
    for (int d = 0; d < width; d++) {
      double target = images[image * width + d] / length;
      centroids[code * width + d] += (float) (share * (target - centroids[code * width + d]));
    }
    length = Math.max(1e-12, Math.sqrt(dot(centroids, code, centroids, code)));
    for (int d = 0; d < width; d++) {
      centroids[code * width + d] /= (float) length;
    }
  }

  private double cosine(float[] a, int row, float[] b, int other) {
    double lengths = Math.sqrt(dot(a, row, a, row) * dot(b, other, b, other));
    return dot(a, row, b, other) / Math.max(1e-12, lengths);
  }

  private double dot(float[] a, int row, float[] b, int other) {
    double sum = 0;
    for (int d = 0; d < width; d++) {
      sum += (double) a[row * width + d] * b[other * width + d];
    }
    return sum;
  }
}
