package dev.gnomon.launch;

import dev.gnomon.launch.Sweep.Setting;
import dev.gnomon.launch.report.SweepCurve;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.diffusion.Passes;
import dev.gnomon.model.diffusion.SampleBlock;
import dev.gnomon.model.diffusion.SamplingSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The same samples by many values of a setting: a grid with a value a row and, where the run's
 * images are at hand, a curve of the Frechet distance.
 *
 * @param samples images that each distance is computed on; empty = as many as the run's scores
 * @param gridOnly no curve
 */
record SweepPictures(Sweep sweep, Optional<Integer> samples, boolean gridOnly) {

  private static final int MOST_IN_NAME = 40; // characters
  private static final int SHOWN = 8;

  /** Writes them. */
  void make(SampleJob job) throws IOException {
    check(job);
    try (Optionally<RealImages> real = real(job)) {
      int count = samples.orElse(job.model().settings().evaluation().samples());
      real.value().ifPresent(images -> requireEnough(count, images));
      int blocks =
          real.value().isEmpty() ? 1 : (count + ImageSampler.BLOCK - 1) / ImageSampler.BLOCK;
      List<byte[]> cells = new ArrayList<>();
      List<SweepCurve.Point> points = new ArrayList<>();
      for (BigDecimal value : sweep.values()) {
        points.add(point(job, value, blocks, real.value(), cells));
        SweepCurve.Point made = points.get(points.size() - 1);
        job.out().println(line(value, made, real.value()));
        job.out().flush();
        if (real.value().isPresent()) { // so far: the next one may not come
          curve(points, real.value().get()).writeTable(table(job, points));
        }
      }
      pictures(job, cells, points, real.value());
    }
  }

  /** Something that may not be there, and is closed if it is. */
  private record Optionally<C extends AutoCloseable>(Optional<C> value) implements AutoCloseable {
    @Override
    public void close() {
      value.ifPresent(
          there -> {
            try {
              there.close();
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }

  private void check(SampleJob job) {
    if (sweep.setting() == Setting.STEPS && !job.sampling().solver().kind().stepped()) {
      throw new UsageException(
          "--sweep steps: %s chooses its own; take another --solver, such as euler"
              .formatted(job.sampling().solver().kind().word()));
    }
    if (sweep.setting() == Setting.GUIDANCE
        && (job.condition().none() || !job.sampler().guided())) {
      throw new UsageException(
          "--sweep guidance: samples without a condition have none; "
              + (job.condition().none()
                  ? "leave --unconditional out"
                  : "the newest checkpoint has not learned to follow codes yet, sweep steps"));
    }
    if (sweep.setting() == Setting.GUIDANCE
        && job.model().settings().training().condition().dropProbability() == 0) {
      throw new UsageException(
          "--sweep guidance: this network was never trained without its conditions"
              + " (gnomon.condition.drop-probability = 0); sweep steps");
    }
    if (job.condition().alike().isPresent() && !gridOnly) {
      throw new UsageException(
          "--sweep: its curve compares samples with all images of the run, and these are of one"
              + " prototype; add --grid-only");
    }
  }

  private Optionally<RealImages> real(SampleJob job) {
    if (gridOnly) {
      return new Optionally<>(Optional.empty());
    }
    try {
      return new Optionally<>(Optional.of(new RealImages(job.model().settings())));
    } catch (DataException notHere) {
      job.out().println("No curve, as the run's images are not at hand: " + notHere.getMessage());
      return new Optionally<>(Optional.empty());
    }
  }

  private void requireEnough(int count, RealImages real) {
    if (count < real.leastSamples()) {
      throw new UsageException(
          ("-n %d: %s needs at least %d samples, more than its features have dimensions; ask for"
                  + " more, or for --grid-only")
              .formatted(count, real.scoreName(), real.leastSamples()));
    }
  }

  private SweepCurve.Point point(
      SampleJob job, BigDecimal value, int blocks, Optional<RealImages> real, List<byte[]> cells) {
    SamplingSettings by = sweep.setting().at(job.sampling(), value);
    Optional<RealImages.Samples> set = real.map(RealImages::samples);
    double evaluations = 0;
    Passes passes = Passes.NONE;
    for (int number = 0; number < blocks; number++) {
      SampleBlock block = job.block(number, by);
      evaluations += (double) block.networkEvaluations() / blocks;
      passes = passes.plus(block.passes());
      set.ifPresent(samples -> samples.add(block.pixels(), ImageSampler.BLOCK));
      int each = block.pixels().length / ImageSampler.BLOCK;
      for (int i = 0; number == 0 && i < SHOWN; i++) {
        cells.add(Arrays.copyOfRange(block.pixels(), i * each, (i + 1) * each));
      }
    }
    double distance = set.map(RealImages.Samples::distance).orElse(Double.NaN);
    int made = blocks * ImageSampler.BLOCK;
    return new SweepCurve.Point(
        value,
        evaluations,
        (double) (passes.conditional() + passes.unconditional()) / made,
        (double) passes.saved() / made,
        made,
        distance);
  }

  private String line(BigDecimal value, SweepCurve.Point made, Optional<RealImages> real) {
    return "%s %s: %s network evaluations, %.1f passes a sample%s%s"
        .formatted(
            sweep.setting().word(),
            value,
            Math.round(made.evaluations()),
            made.passes(),
            made.saved() > 0 ? " (%.1f saved)".formatted(made.saved()) : "",
            real.map(images -> ", %s %.4f".formatted(images.scoreName(), made.distance()))
                .orElse(""));
  }

  private void pictures(
      SampleJob job, List<byte[]> cells, List<SweepCurve.Point> points, Optional<RealImages> real)
      throws IOException {
    Path grid = job.file(swept() + ".png");
    job.grid(cells, SHOWN)
        .withCaption("%s of each row; same noise in a column".formatted(sweep.setting().word()))
        .withRowLabels(sweep.values().stream().map(BigDecimal::toPlainString).toList())
        .write(grid);
    job.say(
        "%d rows of step %,d, %s from %s to %s"
            .formatted(
                points.size(),
                job.model().checkpoint().step(),
                sweep.setting().word(),
                least(),
                most()),
        grid,
        Optional.empty());
    if (real.isPresent()) {
      Path plot = job.file(swept(points) + "-fd.png");
      curve(points, real.get()).writePlot(plot, sweep.setting() == Setting.STEPS);
      job.say(
          "%s on %,d samples and %,d images, in %s"
              .formatted(
                  real.get().scoreName(),
                  points.get(0).samples(),
                  real.get().count(),
                  table(job, points)),
          plot,
          Optional.empty());
    }
  }

  private SweepCurve curve(List<SweepCurve.Point> points, RealImages real) {
    return new SweepCurve(sweep.setting().word(), real.scoreName(), real.count(), points);
  }

  private Path table(SampleJob job, List<SweepCurve.Point> points) {
    return job.file(swept(points) + ".tsv");
  }

  private String swept(List<SweepCurve.Point> points) {
    return "%s-on-%d".formatted(swept(), points.get(0).samples());
  }

  private String swept() {
    return "-sweep-%s-%s".formatted(sweep.setting().word(), values());
  }

  /** As part of a file's name, another one for other values: all of them where they are few. */
  private String values() {
    String all =
        sweep.values().stream().map(BigDecimal::toPlainString).collect(Collectors.joining("-"));
    return all.length() <= MOST_IN_NAME
        ? all
        : "%s-to-%s-%08x".formatted(least(), most(), all.hashCode());
  }

  private BigDecimal least() {
    return sweep.values().get(0);
  }

  private BigDecimal most() {
    return sweep.values().get(sweep.values().size() - 1);
  }
}
