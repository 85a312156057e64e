package dev.gnomon.tests.bench;

import dev.gnomon.model.data.BatchOrder;
import dev.gnomon.model.data.BatchReader;
import dev.gnomon.model.data.DataSettings;
import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.data.ImageSets;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;

/**
 * JPEG files to batches of 64, decoded, cropped and resized, beside javax.imageio and Graphics2D
 * with the same threads; and on one thread, beside what training takes.
 */
final class LoaderBench implements Bench {

  private static final int BATCH = 64;

  private final Precision precision;

  LoaderBench(Precision precision) {
    this.precision = precision;
  }

  /** Pictures of one size, and the size they are trained at. */
  private record Case(int count, int width, int height, int size) {

    @Override
    public String toString() {
      return "%d x %d to %d".formatted(width, height, size);
    }
  }

  @Override
  public String what() {
    return "images a second of the loader over those of javax.imageio, and over what a step takes";
  }

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    double trained = BATCH / stepSeconds(repeats);
    List<Figure> figures = new ArrayList<>();
    for (Case one : List.of(new Case(1024, 100, 100, 32), new Case(128, 500, 400, 256))) {
      try (ScratchFolder scratch = new ScratchFolder()) {
        Path folder = scratch.path();
        Photographs.write(folder, one.count, one.width, one.height);
        ForkJoinPool single = new ForkJoinPool(1); // parallel streams stay in their caller's pool
        double[] seconds =
            Timing.medians(
                repeats,
                () -> ours(folder, one.size),
                () -> PlainImageIo.batches(folder, one.size, BATCH, PlainImageIo::readByJdk),
                () -> PlainImageIo.batches(folder, one.size, BATCH, PlainImageIo::read),
                () -> single.submit(() -> ours(folder, one.size)).get());
        single.shutdown();
        figures.addAll(figures(one, seconds, trained));
      }
    }
    return figures;
  }

  private static List<Figure> figures(Case one, double[] seconds, double trained) {
    double ours = one.count / seconds[0];
    double jdk = one.count / seconds[1];
    double plugin = one.count / seconds[2];
    double single = one.count / seconds[3];
    return List.of(
        new Figure(
            one + ": images/s over the JDK's reader",
            ours / jdk,
            2,
            4,
            Map.of("ours images/s", ours, "JDK images/s", jdk)),
        new Figure(
            one + ": images/s over ImageIO.read",
            ours / plugin,
            2,
            4,
            Map.of("ours images/s", ours, "ImageIO.read images/s", plugin)),
        new Figure(
            one + ": one thread's images/s over the step's",
            single / trained,
            1,
            Double.NaN,
            Map.of("one thread images/s", single, "step images/s", trained)));
  }

  /** The whole way of a run: the set is opened, which decodes it, and an epoch is read. */
  private static List<ImageBatch> ours(Path folder, int size) {
    ImageSet images =
        ImageSets.open(new DataSettings("folder", Optional.of(folder), size, 3, 0, false));
    BatchOrder order = new BatchOrder(1, images.count(), BATCH);
    BatchReader reader = new BatchReader(images, order, 1, false);
    List<ImageBatch> batches = new ArrayList<>();
    for (int step = 0; step < images.count() / BATCH; step++) {
      batches.add(reader.batch(step));
    }
    return batches;
  }

  private double stepSeconds(int repeats) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    try (ComputeDevice device = ComputeDevice.open("cpu", cores);
        BenchNetwork network = new BenchNetwork(device, precision)) {
      return Timing.medians(repeats, network::step)[0];
    }
  }
}
