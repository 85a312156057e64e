package dev.gnomon.tests.bench;

import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
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
    Pipeline pipeline =
        new Pipeline(
            RunSettings.from(
                Configuration.load(
                    List.of(),
                    List.of(
                        "gnomon.steps=" + STEPS,
                        "gnomon.boundary=0.25",
                        "gnomon.evaluate.every=0",
                        "gnomon.checkpoint.every=" + STEPS))),
            FROM);
    int rounds = Math.max(1, Math.min(repeats, 5));
    double[] actors = new double[rounds];
    double[] loop = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      loop[round] = pipeline.loop().steps();
      actors[round] = pipeline.actors().steps();
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
}
