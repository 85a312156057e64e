package dev.gnomon.launch.reproduce;

import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.diffusion.SamplingSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The jobs that score runs of an experiment. */
final class ScoreJobs {

  private final Experiment experiment;

  ScoreJobs(Experiment experiment) {
    this.experiment = experiment;
  }

  /** The final score of a run. */
  Job finals(Job train, String mode, long seed, long step, RunSettings run) {
    String name = "%s/seed-%d/final".formatted(mode, seed);
    return usual(name, train, step, experiment.samples(), run);
  }

  /** The score of a checkpoint on the way. */
  Job onTheWay(Job train, String mode, long seed, long step, RunSettings run) {
    String name = "%s/seed-%d/curve/step-%d".formatted(mode, seed, step);
    return usual(name, train, step, experiment.curveSamples(), run);
  }

  private Job usual(String name, Job train, long step, int samples, RunSettings run) {
    Job.Agreement agreement = new Job.Agreement(experiment.clusters());
    return score(
        name,
        train,
        new Job.Score(step, samples, run.evaluation().sampling(), Optional.of(agreement)));
  }

  /** The score of samples that are made otherwise than usual. */
  Job sampled(Job train, String mode, long seed, long step, SamplingSettings sampling) {
    String how = Samplings.fileWords(sampling);
    return score(
        "%s/seed-%d/sampled/%s".formatted(mode, seed, how),
        train,
        new Job.Score(step, experiment.sweepSamples(), sampling, Optional.empty()));
  }

  private Job score(String name, Job train, Job.Score score) {
    Map<String, String> settings = new LinkedHashMap<>(Samplings.identity(score.sampling()));
    settings.put("step", String.valueOf(score.step()));
    settings.put("samples", String.valueOf(score.samples()));
    settings.put("reference", experiment.base().getString("gnomon.evaluate.reference"));
    settings.put("reference-seed", experiment.base().getString("gnomon.seed"));
    settings.put("features", experiment.base().getString("gnomon.evaluate.feature-network"));
    settings.put(
        "clusters", score.agreement().map(a -> String.valueOf(a.clusters())).orElse("none"));
    Map<String, String> identity = Map.copyOf(settings);
    settings.put("classifier-steps", String.valueOf(experiment.classifierSteps()));
    double passes = Samplings.expectedPasses(score.sampling());
    return new Job(
        name,
        train.seed(),
        score,
        settings,
        identity,
        List.of(train),
        passes * score.samples() + (score.agreement().isPresent() ? 4096 : 0));
  }
}
