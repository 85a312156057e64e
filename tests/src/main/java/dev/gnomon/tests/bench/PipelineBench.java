package dev.gnomon.tests.bench;

import dev.gnomon.actors.loader.ImageSource;
import dev.gnomon.actors.loader.SetOfImages;
import dev.gnomon.actors.node.Gnomon;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.StepReport;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.training.SequentialTraining;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The full actor system in one JVM beside the same algorithm as one loop, with the same images on
 * the same cores. Both train the default preset's network; steps of stage 2 are counted.
 */
final class PipelineBench implements Bench {

  private static final int STEPS = 120;
  private static final int FROM = 40;

  @Override
  public String what() {
    return "steps a second of the full actor system over those of the bare loop";
  }

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    RunSettings settings =
        RunSettings.from(
            Configuration.load(
                List.of(),
                List.of(
                    "gnomon.steps=" + STEPS,
                    "gnomon.boundary=0.25",
                    "gnomon.evaluate.every=0",
                    "gnomon.checkpoint.every=" + STEPS)));
    int rounds = Math.max(1, Math.min(repeats, 5));
    double[] actors = new double[rounds];
    double[] loop = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      loop[round] = loop(settings);
      actors[round] = actors(settings);
    }
    double ours = (STEPS - FROM) / Timing.median(actors);
    double bare = (STEPS - FROM) / Timing.median(loop);
    return List.of(
        new Figure(
            "steps a second of the actors over those of the loop",
            ours / bare,
            0.98,
            0.995,
            Map.of("actors steps/s", ours, "loop steps/s", bare)));
  }

  /** Seconds of the counted steps. */
  private static double loop(RunSettings settings) throws Exception {
    try (ImageSource images = SetOfImages.open(settings);
        ComputeDevice device =
            ComputeDevice.open("cpu", Runtime.getRuntime().availableProcessors());
        SequentialTraining run =
            new SequentialTraining(device, settings.training(), images::batch)) {
      run.runTo(FROM);
      long began = System.nanoTime();
      run.runTo(STEPS);
      return (System.nanoTime() - began) / 1e9;
    }
  }

  private static double actors(RunSettings settings) throws IOException, InterruptedException {
    try (ScratchFolder folder = new ScratchFolder()) {
      Stopwatch stopwatch = new Stopwatch();
      RunSummary summary = Gnomon.start(settings, folder.path().resolve("run"), stopwatch).await();
      if (summary.outcome() != RunSummary.Outcome.DONE) {
        throw new IllegalStateException("the actors' run " + summary.cause());
      }
      return stopwatch.seconds();
    }
  }

  /** Takes the times at which the first and the last counted step were done. */
  private static final class Stopwatch implements RunListener {

    private volatile long began;
    private volatile long ended;

    double seconds() {
      return (ended - began) / 1e9;
    }

    @Override
    public void onStep(StepReport report) {
      if (report.step() == FROM - 1) {
        began = System.nanoTime();
      }
      ended = System.nanoTime();
    }

    @Override
    public void onEvent(String line) {}

    @Override
    public void onScored(long step, Map<String, Double> scores) {}

    @Override
    public void onFinished(RunSummary summary) {}
  }
}
