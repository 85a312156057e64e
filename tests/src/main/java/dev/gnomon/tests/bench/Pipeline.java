package dev.gnomon.tests.bench;

import dev.gnomon.actors.loader.ImageSource;
import dev.gnomon.actors.loader.SetOfImages;
import dev.gnomon.actors.node.Gnomon;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.StepReport;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.training.SequentialTraining;
import java.io.IOException;
import java.util.Map;

/**
 * A whole run, by the actors or by the loop.
 *
 * @param from steps that are done before the clock starts, at least 1
 */
record Pipeline(RunSettings settings, long from) {

  /**
   * Durations in seconds.
   *
   * @param steps of the counted steps
   * @param step of one: the median over stretches of about equal length
   * @param run from the first counted step to the end of the run, last scores included
   */
  record Seconds(double steps, double step, double run) {}

  /** Steps that are counted. */
  long counted() {
    return settings.training().steps() - from;
  }

  /** The algorithm as one loop. */
  Seconds loop() throws Exception {
    Stopwatch stopwatch = new Stopwatch(from, settings.training().steps());
    try (ImageSource images = SetOfImages.open(settings);
        ComputeDevice device =
            ComputeDevice.open("cpu", Runtime.getRuntime().availableProcessors());
        SequentialTraining run =
            new SequentialTraining(device, settings.training(), images::batch)) {
      while (run.step() < settings.training().steps()) {
        run.next();
        stopwatch.done(run.step());
      }
      stopwatch.finished();
    }
    return stopwatch.seconds();
  }

  /** The same run by the full actor system in this JVM. */
  Seconds actors() throws IOException, InterruptedException {
    try (ScratchFolder folder = new ScratchFolder()) {
      Stopwatch stopwatch = new Stopwatch(from, settings.training().steps());
      RunSummary summary = Gnomon.start(settings, folder.path().resolve("run"), stopwatch).await();
      if (summary.outcome() != RunSummary.Outcome.DONE) {
        throw new IllegalStateException("the actors' run " + summary.cause());
      }
      return stopwatch.seconds();
    }
  }

  /** Takes the time at which each step was done, and the run. */
  private static final class Stopwatch implements RunListener {

    private static final int STRETCHES = 12;

    private final int from;
    private final long[] done; // System.nanoTime, by the number of steps done
    private long finished;

    Stopwatch(long from, long steps) {
      this.from = (int) from;
      this.done = new long[(int) steps + 1];
    }

    synchronized void done(long step) {
      done[(int) step] = System.nanoTime();
    }

    synchronized void finished() {
      finished = System.nanoTime();
    }

    synchronized Seconds seconds() {
      int last = done.length - 1;
      int stretches = Math.min(STRETCHES, last - from);
      double[] each = new double[stretches];
      for (int i = 0; i < stretches; i++) {
        int begin = from + (last - from) * i / stretches;
        int end = from + (last - from) * (i + 1) / stretches;
        each[i] = (done[end] - done[begin]) / 1e9 / (end - begin);
      }
      return new Seconds(
          (done[last] - done[from]) / 1e9, Timing.median(each), (finished - done[from]) / 1e9);
    }

    @Override
    public void onStep(StepReport report) {
      done(report.step());
    }

    @Override
    public void onEvent(String line) {}

    @Override
    public void onScored(long step, Map<String, Double> scores) {}

    @Override
    public void onFinished(RunSummary summary) {
      finished();
    }
  }
}
