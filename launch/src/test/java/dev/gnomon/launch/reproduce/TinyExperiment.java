package dev.gnomon.launch.reproduce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An experiment on the built-in shapes that is planned at once, and trained in seconds. */
final class TinyExperiment {

  private static final String TEXT =
      """
      gnomon {
        steps = 8, batch-size = 8, precision = fp32, threads = 1, ema-decay = 0.9
        model { width = 32, depth = 2, heads = 4 }
        condition { prototypes = 4, classes = 16 }
        checkpoint { every = 4 }
        evaluate { reference = 128, steps = 2 }
        http { enabled = false }
      }
      experiment {
        title = "Tiny", seeds = [1, 2], samples = 128, curve-samples = 64, sweep-samples = 192, clusters = 4, classifier-steps = 10
        modes = [
          { name = none, settings { condition.source = none } }
          { name = bootstrap, settings { condition.source = bootstrap } }
          {
            name = kmeans, settings { condition.source = kmeans }
            begin { mode = none, at = 0.5 }, codes { mode = none, at = 0.5 }
          }
          {
            name = external, settings { condition.source = external }
            codes { network = ${experiment.network} }
          }
        ]
        network { file = "" }
        guidance { modes = [bootstrap, external], strengths = [0, 0.4] }
        solvers = [
          { mode = bootstrap, solver = euler, steps = [1, 2] }
          { mode = bootstrap, solver = dopri5, tolerances = [0.1] }
        ]
        studies = [
          { name = staleness, mode = bootstrap, key = max-staleness, values = [0, 1, 4] }
          {
            name = codes, mode = bootstrap, question = "Whose are they?"
            variants = [ { name = masked, settings { condition { masked-mean = true, queue = 2 } } } ]
          }
        ]
      }
      """;

  private TinyExperiment() {}

  /** Writes its file. */
  static Path file(Path folder) throws IOException {
    return Files.writeString(folder.resolve("tiny.conf"), TEXT);
  }

  static Experiment read(Path folder, String... sets) throws IOException {
    return ExperimentFile.read(file(folder), List.of(sets), true);
  }

  static ExperimentPlan plan(Path folder, String... sets) throws IOException {
    return ExperimentPlan.of(read(folder, sets));
  }
}
