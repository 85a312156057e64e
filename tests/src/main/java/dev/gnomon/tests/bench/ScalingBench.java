package dev.gnomon.tests.bench;

import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.launch.report.Fonts;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How cost grows with width, depth, tokens, batch, and the number of teachers and evaluators:
 * nothing but the network's own arithmetic may grow with them. A small network is varied in one
 * dimension at a time; a plot of each goes into a folder, and a table of all. {@link
 * ScalingFigures} says what is made of it.
 */
final class ScalingBench implements Bench {

  private static final double COUNTED_SECONDS = 2.5; // of the loop and of the actors, about
  private static final double TIMED_SECONDS = 0.1; // of the trunk's steps, at least
  private static final int HOLLOW_FROM = 200;
  private static final int HOLLOW_STEPS = 1200;
  private static final int WARMING_STEPS = 6000; // until the JVM has compiled what a step calls
  private static final int SHARED_FROM = 30; // where teachers or evaluators share the work
  private static final int SHARED_STEPS = 100;
  private static final int ROUNDS = 3;

  /** Scores twice, first beside training, then after it. */
  private static final List<String> SCORES =
      List.of(
          "gnomon.checkpoint.every=" + SHARED_STEPS / 2,
          "gnomon.evaluate.every=" + SHARED_STEPS / 2,
          "gnomon.evaluate.samples=256",
          "gnomon.evaluate.reference=256",
          "gnomon.evaluate.steps=4");

  private final Precision precision;
  private final Path folder;
  private final Map<RunShape, Double> overheads = new HashMap<>();
  private final Map<RunShape, ScalingRow> networks = new HashMap<>();

  /**
   * @param folder where the plots and the table go
   */
  ScalingBench(Precision precision, Path folder) {
    this.precision = precision;
    this.folder = folder;
  }

  @Override
  public String what() {
    return "growth of a step's time with width, depth, tokens, batch, teachers and evaluators;"
        + " six minutes on two idle cores, plots in --out";
  }

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    Fonts.require();
    Files.createDirectories(folder);
    hollow(RunShape.BASE, WARMING_STEPS);
    Map<Dimension, ScalingPlot> plots = new EnumMap<>(Dimension.class);
    List<Figure> figures = new ArrayList<>();
    for (Dimension dimension : Dimension.values()) {
      List<ScalingRow> rows = dimension.ofNetwork() ? grown(dimension, repeats) : shared(dimension);
      ScalingRow base = rows.get(dimension.shapes().indexOf(RunShape.BASE));
      ScalingPlot plot = new ScalingPlot(dimension, setting(dimension), rows, base);
      String name = dimension.name().toLowerCase(Locale.ROOT);
      plot.write(folder.resolve("scaling-%s.png".formatted(name)));
      plots.put(dimension, plot);
      ScalingTable.write(folder.resolve("scaling.csv"), plots);
      figures.addAll(ScalingFigures.of(plot));
    }
    return figures;
  }

  private List<ScalingRow> grown(Dimension dimension, int repeats) throws Exception {
    List<ScalingRow> rows = new ArrayList<>();
    for (RunShape shape : dimension.shapes()) {
      ScalingRow known = networks.get(shape);
      ScalingRow row = known == null ? network(shape, repeats) : known;
      networks.put(shape, row);
      rows.add(row.at(dimension.value(shape)));
    }
    return rows;
  }

  /** Medians of several rounds, each of which goes through all numbers of actors. */
  private List<ScalingRow> shared(Dimension dimension) throws Exception {
    List<RunShape> shapes = dimension.shapes();
    double[][] actors = new double[shapes.size()][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < shapes.size(); i++) {
        RunShape shape = shapes.get(i);
        actors[i][round] = dimension == Dimension.TEACHERS ? unscored(shape) : scored(shape);
      }
    }
    List<ScalingRow> rows = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      RunShape shape = shapes.get(i);
      rows.add(
          new ScalingRow(
              dimension.value(shape),
              shape.flop(),
              Double.NaN,
              Double.NaN,
              Double.NaN,
              Timing.median(actors[i]),
              overhead(shape)));
    }
    return rows;
  }

  private ScalingRow network(RunShape shape, int repeats) throws Exception {
    double[] steps = step(shape, repeats);
    Pipeline pipeline = pipeline(shape, steps[1]);
    double loop = pipeline.loop().step();
    double actors = pipeline.actors().step();
    return new ScalingRow(0, shape.flop(), steps[1], steps[0], loop, actors, overhead(shape));
  }

  /** Median seconds of the base's trunk and of a shape's, in turn. */
  private double[] step(RunShape shape, int repeats) throws Exception {
    try (ComputeDevice device =
            ComputeDevice.open("cpu", Runtime.getRuntime().availableProcessors());
        BenchNetwork base = network(device, RunShape.BASE);
        BenchNetwork network = network(device, shape)) {
      int ofBase = times(base);
      int times = times(network);
      double[] seconds =
          Timing.medians(repeats, () -> steps(base, ofBase), () -> steps(network, times));
      return new double[] {seconds[0] / ofBase, seconds[1] / times};
    }
  }

  private BenchNetwork network(ComputeDevice device, RunShape shape) {
    return new BenchNetwork(device, shape.network(), shape.batch(), precision);
  }

  /** Steps that take {@link #TIMED_SECONDS}, at least one. */
  private static int times(BenchNetwork network) throws Exception {
    return (int) Math.max(1, Math.ceil(TIMED_SECONDS / Timing.medians(3, network::step)[0]));
  }

  private static double steps(BenchNetwork network, int times) {
    double loss = 0;
    for (int i = 0; i < times; i++) {
      loss = network.step();
    }
    return loss;
  }

  /** A run that takes about {@link #COUNTED_SECONDS} where the trunk's step takes {@code step}. */
  private Pipeline pipeline(RunShape shape, double step) {
    int counted = (int) Math.max(6, Math.min(150, COUNTED_SECONDS / step));
    int from = Math.max(3, counted / 3);
    return new Pipeline(shape.run(from + counted, precision, List.of()), from);
  }

  /** Seconds a step of a run that is never scored. */
  private double unscored(RunShape shape) throws Exception {
    Pipeline pipeline = new Pipeline(shape.run(SHARED_STEPS, precision, List.of()), SHARED_FROM);
    return pipeline.actors().step();
  }

  /** Seconds a step of a run that is over when its scores are there. */
  private double scored(RunShape shape) throws Exception {
    Pipeline pipeline = new Pipeline(shape.run(SHARED_STEPS, precision, SCORES), SHARED_FROM);
    return pipeline.actors().run() / pipeline.counted();
  }

  private double overhead(RunShape shape) throws Exception {
    Double known = overheads.get(shape);
    double seconds = known == null ? hollow(shape, HOLLOW_STEPS) : known;
    overheads.put(shape, seconds);
    return seconds;
  }

  /** Seconds a step of the actors around work that computes nothing. */
  private double hollow(RunShape shape, int steps) throws Exception {
    RunSettings settings = shape.run(steps, precision, HollowActors.sets());
    Pipeline pipeline = new Pipeline(settings, HOLLOW_FROM);
    return pipeline.actors().step();
  }

  /** What a dimension leaves as it is. */
  private String setting(Dimension varied) {
    List<String> parts = new ArrayList<>();
    for (Dimension fixed :
        List.of(Dimension.WIDTH, Dimension.DEPTH, Dimension.TOKENS, Dimension.BATCH)) {
      if (fixed != varied) {
        parts.add(fixed.name().toLowerCase(Locale.ROOT) + " " + fixed.value(RunShape.BASE));
      }
    }
    if (varied == Dimension.EVALUATORS) {
      parts.add("two evaluations");
    }
    parts.add(precision.name().toLowerCase(Locale.ROOT));
    parts.add(Runtime.getRuntime().availableProcessors() + " cores");
    return String.join(", ", parts);
  }
}
