package dev.gnomon.launch.reproduce;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Optional;

/**
 * An experiment: modes and studies, over common settings. A file of conf/experiments says it; its
 * keys are explained there.
 *
 * @param base the settings of a run that all modes share, complete and checked
 * @param title of its part of the page of results
 * @param seeds of the runs, each for every mode
 * @param detailSeeds those whose runs are also scored on the way, over guidance and by solvers
 * @param samples images that a final score is computed on
 * @param curveSamples the same of the scores on the way
 * @param sweepSamples the same of guidance and solvers
 * @param clusters of the k-means that compares features with labels
 * @param classifierSteps that the classifier of the IS is trained for
 * @param guidance strengths that each mode is sampled with
 * @param solvers whose cost and result are compared
 */
public record Experiment(
    String name,
    String title,
    Config base,
    List<Long> seeds,
    List<Long> detailSeeds,
    int samples,
    int curveSamples,
    int sweepSamples,
    int clusters,
    int classifierSteps,
    List<Mode> modes,
    Optional<Sweep> guidance,
    List<Solvers> solvers,
    List<Study> studies) {

  List<String> modeNames() {
    return modes.stream().map(Mode::name).toList();
  }

  /** Seeds as a page names them. */
  static String listed(List<Long> seeds) {
    return String.join(", ", seeds.stream().map(String::valueOf).toList());
  }

  /** Strengths of guidance. */
  public record Sweep(List<String> modes, List<Double> strengths) {}

  /** A solver with several numbers of steps, or tolerances for one that chooses its steps. */
  public record Solvers(String mode, String solver, List<Integer> steps, List<Double> tolerances) {}
}
