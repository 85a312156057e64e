package dev.gnomon.tests.parity;

import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.SequentialTraining;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.VersionSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Algorithm 1 against the paper's own network and Sinkhorn, step by step over the boundary: once by
 * {@link SequentialTraining}, once by the actors.
 */
final class Algorithm1Comparison implements Comparison {

  private static final double LOSS = 1e-4;
  private static final double WEIGHTS = 1e-3;

  private static final String BIAS = "projection_head.0.bias";
  private static final String MEAN = "projection_head.1.running_mean";
  private static final String VARIANCE = "projection_head.1.running_var";
  private static final String COUNTER = "projection_head.1.num_batches_tracked";

  @Override
  public List<Row> rows(Path file) throws IOException {
    Algorithm1Reference reference = new Algorithm1Reference(Reference.read(file));
    Trace sequential = sequential(reference);
    Path directory = Files.createTempDirectory("gnomon-parity");
    try {
      Trace actors = Replay.run(reference, directory);
      List<Row> rows = new ArrayList<>();
      for (Trace trace : List.of(sequential, actors)) {
        String who = trace == actors ? "actors, " : "sequential, ";
        new Comparing(reference, trace, actors, who, rows).all();
      }
      rows.add(sameBits(reference, sequential, actors));
      return rows;
    } finally {
      delete(directory);
    }
  }

  private static Trace sequential(Algorithm1Reference reference) {
    Trace trace = new Trace();
    TrainingSettings settings = reference.settings();
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run =
            new SequentialTraining(device, settings, reference::batch, reference.draws())) {
      run.initialize(reference.initial());
      while (run.step() < settings.steps()) {
        SequentialTraining.Step step = run.next();
        trace.add(step.trunk());
        step.assigner().ifPresent(trace::add);
        trace.add(step.conditions());
      }
      SequentialTraining.Halves halves = run.save();
      trace.end(halves.trunk(), halves.assigner().orElseThrow());
    }
    return trace;
  }

  private static Row sameBits(Algorithm1Reference reference, Trace sequential, Trace actors) {
    Largest different = new Largest();
    sequential
        .weights()
        .tensors()
        .forEach(
            (name, tensor) ->
                different.add(tensor.equals(actors.weights().get(name)) ? 0 : 1, name));
    return different.row(reference.name(), "actors and sequential loop, same bits", 0);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /**
   * One trace beside the reference.
   *
   * @param actors the trace that has what codes were made by
   */
  private record Comparing(
      Algorithm1Reference reference, Trace trace, Trace actors, String who, List<Row> rows) {

    void all() {
      add("L_FM", LOSS, losses("loss_fm", k -> trace.trunkLoss(k)));
      add("L_SK", LOSS, losses("loss_sk", k -> trace.assignerStep(k).loss()));
      add("loss", LOSS, losses("loss", this::loss));
      add("ramp", LOSS, losses("ramp", k -> trace.assignerStep(k).ramp()));
      add("codes (differing)", 0, codes());
      add("version of the conditions (differing)", 0, versions());
      for (String kind : List.of("final", "ema")) {
        WeightSet last = reference.last(kind);
        String prefix = kind.equals("final") ? "student." : "ema.";
        add(kind + " trunk", WEIGHTS, weights(last, prefix, name -> !ofAssigner(name)));
        add(kind + " head and prototypes", WEIGHTS, weights(last, prefix, this::ofHead));
        add(kind + " BatchNorm variance", WEIGHTS, weights(last, prefix, VARIANCE::equals));
        add(kind + " BatchNorm mean", WEIGHTS, mean(last, prefix));
      }
    }

    private void add(String quantity, double tolerance, Largest largest) {
      rows.add(largest.row(reference.name(), who + quantity, tolerance));
    }

    private double loss(long k) {
      AssignerStep step = trace.assignerStep(k);
      return trace.trunkLoss(k) + step.ramp() * step.loss();
    }

    /** Deviations relative to the reference, absolute where that is 0. */
    private Largest losses(String result, ToDoubleFunction<Long> ours) {
      Largest largest = new Largest();
      for (long k = 0; k < reference.settings().steps(); k++) {
        double expected = reference.step(result, k)[0];
        double difference = Math.abs(ours.applyAsDouble(k) - expected);
        largest.add(expected == 0 ? difference : difference / Math.abs(expected), "step " + k);
      }
      return largest;
    }

    private Largest codes() {
      Largest largest = new Largest();
      int differing = 0;
      String where = "none";
      for (long k = 0; k < reference.settings().steps(); k++) {
        double[] expected = reference.step("codes", k);
        int[] ours = trace.conditions(k).codes();
        for (int i = 0; i < expected.length; i++) {
          int code = ours.length == 0 ? -1 : ours[i];
          if (code != (int) expected[i] && !tie(k, i)) {
            differing++;
            where = "step %d, image %d: %d, not %.0f".formatted(k, i, code, expected[i]);
          }
        }
      }
      largest.add(differing, where);
      return largest;
    }

    private boolean tie(long k, int image) {
      Trace.Judged judged = actors.judged(k);
      if (judged == null) {
        return false;
      }
      double[] from = Reference.numbers(reference.initial().get(BIAS));
      double[] walk = Reference.numbers(reference.last("final").get(BIAS));
      for (int i = 0; i < walk.length; i++) {
        walk[i] -= from[i];
      }
      TrainingSettings settings = reference.settings();
      return Tie.is(
          judged, image, settings.network().width(), settings.condition().prototypes(), walk);
    }

    private Largest versions() {
      Largest largest = new Largest();
      VersionSchedule schedule = reference.settings().schedule();
      for (long k = schedule.boundary(); k < reference.settings().steps(); k++) {
        Conditions given = trace.conditions(k);
        double expected = reference.step("version", k)[0];
        largest.add(Math.abs(given.version() - expected), "step " + k);
      }
      return largest;
    }

    private boolean ofAssigner(String name) {
      return name.startsWith("projection_head.") || name.startsWith("prototypes.");
    }

    /**
     * BatchNorm takes the bias before it out again: it has no gradient but rounding, on which AdamW
     * walks at random in the reference. So the bias itself is not compared.
     */
    private boolean ofHead(String name) {
      return ofAssigner(name)
          && !name.startsWith("projection_head.1.running")
          && !name.equals(COUNTER)
          && !name.equals(BIAS);
    }

    private Largest weights(
        WeightSet last, String prefix, java.util.function.Predicate<String> which) {
      Largest largest = new Largest();
      last.names().stream()
          .filter(which)
          .forEach(
              name ->
                  largest.add(
                      Largest.relative(trace.weights().get(prefix + name), last.get(name)), name));
      return largest;
    }

    /**
     * The running mean contains the bias that walks at random in the reference, so what it walked
     * there is not counted against ours.
     */
    private Largest mean(WeightSet last, String prefix) {
      Map<String, HostTensor> ours = trace.weights().under(prefix).tensors();
      HostTensor start = reference.initial().get(BIAS);
      double walked = Largest.distance(last.get(BIAS), start);
      double norm = Largest.norm(last.get(MEAN));
      double apart = Largest.distance(ours.get(MEAN), last.get(MEAN));
      Largest largest = new Largest();
      largest.add(
          Math.max(0, apart - walked) / norm,
          "%.1e apart, of which its bias walked up to %.1e".formatted(apart / norm, walked / norm));
      return largest;
    }
  }
}
