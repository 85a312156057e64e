package dev.gnomon.tests.bench;

import dev.gnomon.actors.node.Gnomon;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.StepReport;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * What is gained by training on one core while teacher, assigner and evaluator work on another. The
 * same run, on the same number of threads, is made twice: with all of it on one core, which does
 * everything in turn, and with the trainer's thread on a core of its own.
 *
 * <p>The ideal is the larger of the two sides: the trainer's processor time in the first run, or
 * the rest of that run. Counted is from one checkpoint's score to a later one's, so that as many
 * steps as evaluations lie between.
 */
final class OverlapBench implements Bench {

  private static final int EVERY = 40;
  private static final long FROM = 120;
  private static final long TO = 400;
  private static final int PUBLISH_EVERY = 8;
  private static final int MAX_STALENESS = 15;

  @Override
  public String what() {
    return "trainer on one core, teacher, assigner and evaluator on another, beside in turn";
  }

  /**
   * What lies between the two scores, in seconds.
   *
   * @param trainer that the trainer's thread was at work
   * @param waited that the trainer waited for what a step needs
   */
  private record Span(double seconds, double trainer, double waited) {}

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    if (Runtime.getRuntime().availableProcessors() < 2) {
      throw new IllegalStateException("overlap needs two cores");
    }
    int rounds = Math.max(1, Math.min(repeats, 3));
    double[] turn = new double[rounds];
    double[] trainer = new double[rounds];
    double[] together = new double[rounds];
    double[] beside = new double[rounds];
    double[] waited = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      Span alone = run(false);
      turn[round] = alone.seconds();
      trainer[round] = alone.trainer();
      Span overlapped = run(true);
      together[round] = overlapped.seconds();
      beside[round] = overlapped.trainer();
      waited[round] = overlapped.waited();
    }
    double all = Timing.median(turn);
    double trains = Timing.median(trainer);
    double others = all - trains;
    double overlapped = Timing.median(together);
    Map<String, Double> measured = new LinkedHashMap<>();
    measured.put("in turn s", all);
    measured.put("of it the trainer s", trains);
    measured.put("the others s", others);
    measured.put("overlapped s", overlapped);
    measured.put("the trainer then s", Timing.median(beside));
    measured.put("its waits s", Timing.median(waited));
    return List.of(
        new Figure(
            "speed-up by a second core over the ideal (staleness " + MAX_STALENESS + ")",
            Math.max(trains, others) / overlapped,
            0.9,
            0.97,
            measured));
  }

  private static RunSettings settings() {
    return RunSettings.from(
        Configuration.load(
            List.of(),
            List.of(
                "gnomon.steps=" + (TO + EVERY),
                "gnomon.batch-size=64",
                "gnomon.threads=1",
                "gnomon.boundary=0.1",
                "gnomon.publish-every=" + PUBLISH_EVERY,
                "gnomon.max-staleness=" + MAX_STALENESS,
                "gnomon.checkpoint.every=" + EVERY,
                "gnomon.evaluate.every=" + EVERY,
                "gnomon.evaluate.samples=64",
                "gnomon.evaluate.reference=256",
                "gnomon.evaluate.solver=euler",
                "gnomon.evaluate.steps=30")));
  }

  private static Span run(boolean twoCores) throws Exception {
    try (ScratchFolder folder = new ScratchFolder()) {
      Cores.pinAll("1"); // and so what these threads start
      Stopwatch stopwatch = new Stopwatch(twoCores);
      RunSummary summary =
          Gnomon.start(settings(), folder.path().resolve("run"), stopwatch).await();
      if (summary.outcome() != RunSummary.Outcome.DONE) {
        throw new IllegalStateException("the run " + summary.cause());
      }
      return stopwatch.span();
    } finally {
      Cores.pinAll("0-" + (Runtime.getRuntime().availableProcessors() - 1));
    }
  }

  /** Takes the times at which the first and the last checkpoint were scored. */
  private static final class Stopwatch implements RunListener {

    private final boolean twoCores;
    private final AtomicReference<Span> began = new AtomicReference<>();
    private final AtomicReference<Span> ended = new AtomicReference<>();
    private final DoubleAdder waited = new DoubleAdder();

    Stopwatch(boolean twoCores) {
      this.twoCores = twoCores;
    }

    Span span() {
      return new Span(
          ended.get().seconds() - began.get().seconds(),
          ended.get().trainer() - began.get().trainer(),
          ended.get().waited() - began.get().waited());
    }

    @Override
    public void onStep(StepReport report) {
      waited.add(report.measures().getOrDefault("wait_seconds", 0.0));
      if (twoCores && report.step() == EVERY + 1) {
        pin();
      }
    }

    private static void pin() {
      try {
        Cores.pin("gnomon-trainer", "0");
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException("the trainer can not be pinned", e);
      }
    }

    @Override
    public void onScored(long step, Map<String, Double> scores) {
      Span now = new Span(System.nanoTime() / 1e9, trainerSeconds(), waited.sum());
      if (step == FROM) {
        began.set(now);
      } else if (step == TO) {
        ended.set(now);
      }
    }

    private static double trainerSeconds() {
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      double seconds = 0;
      for (long id : threads.getAllThreadIds()) {
        var thread = threads.getThreadInfo(id);
        if (thread != null && thread.getThreadName().equals("gnomon-trainer")) {
          seconds += threads.getThreadCpuTime(id) / 1e9;
        }
      }
      return seconds;
    }

    @Override
    public void onEvent(String line) {}

    @Override
    public void onFinished(RunSummary summary) {}
  }
}
