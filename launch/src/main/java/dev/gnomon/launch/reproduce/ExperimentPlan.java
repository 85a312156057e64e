package dev.gnomon.launch.reproduce;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.gnomon.actors.settings.ConfigFault;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.Choice;
import dev.gnomon.model.diffusion.SamplingSettings;
import dev.gnomon.model.diffusion.SolverKind;
import dev.gnomon.model.diffusion.SolverSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Every job of an experiment, in the order in which they are done: seed by seed all modes, then the
 * studies. Two jobs with the same settings are one: the staleness that a mode has anyway is not
 * trained again for a study.
 */
public final class ExperimentPlan {

  private static final String GNOMON = "gnomon";
  private static final String TO_COME = "codes-that-are-to-come";

  // Work of codes for a set of some ten thousand images, in images that the run's network sees.
  private static final double OWN_FEATURES = 100_000;
  private static final double FOREIGN_FEATURES = 1_000_000; // of larger images, by more layers

  private final Experiment experiment;
  private final ScoreJobs scores;
  private final Map<String, Job> byDigest = new LinkedHashMap<>();
  private final Map<String, Map<Long, Run>> runs = new LinkedHashMap<>();
  private final List<ConfigFault> faults = new ArrayList<>();

  /**
   * A run and its scores.
   *
   * @param before steps that its weights were trained for before it began
   * @param finals with the usual sampling, at its end
   * @param curve the same of fewer samples on the way, by the step of the whole budget; empty for a
   *     study's
   * @param codes that its images were given
   * @param guidance by strength
   */
  public record Run(
      String mode,
      long seed,
      Job train,
      long before,
      Job finals,
      Map<Long, Job> curve,
      Optional<Job> codes,
      Map<Double, Job> guidance) {}

  private ExperimentPlan(Experiment experiment) {
    this.experiment = experiment;
    this.scores = new ScoreJobs(experiment);
  }

  List<Long> seeds() {
    return experiment.seeds();
  }

  /**
   * The plan of an experiment.
   *
   * @throws InvalidConfiguration with every fault of a mode or a study
   */
  public static ExperimentPlan of(Experiment experiment) {
    ExperimentPlan plan = new ExperimentPlan(experiment);
    for (long seed : experiment.seeds()) {
      for (Mode mode : experiment.modes()) {
        plan.mode(mode, seed, experiment.detailSeeds().contains(seed));
      }
    }
    if (plan.faults.isEmpty()) {
      plan.sweeps();
      plan.studies();
    }
    if (!plan.faults.isEmpty()) {
      throw new InvalidConfiguration(plan.faults.stream().distinct().toList());
    }
    return plan;
  }

  /** All jobs, each after those it needs. */
  public List<Job> jobs() {
    return List.copyOf(byDigest.values());
  }

  /** The runs of a mode, or of one variant of a study, by seed. */
  public Map<Long, Run> runs(String mode) {
    return runs.getOrDefault(mode, Map.of());
  }

  /** Those of a mode that are scored on the way, over guidance and by solvers. */
  public Map<Long, Run> detailed(String mode) {
    Map<Long, Run> detailed = new LinkedHashMap<>(runs(mode));
    detailed.keySet().retainAll(experiment.detailSeeds());
    return detailed;
  }

  /** The scores of a mode's samples at one strength of guidance, by seed. */
  public List<Job> guided(String mode, double strength) {
    return detailed(mode).values().stream().map(run -> run.guidance().get(strength)).toList();
  }

  /**
   * The score of a run's samples by one of several solvers.
   *
   * @param value number of steps, or tolerance
   */
  public Job solver(Run run, Experiment.Solvers solvers, double value) {
    return kept(
        scores.sampled(run.train(), run.mode(), run.seed(), step(run), sampling(solvers, value)));
  }

  private Mode variant(Study study, Study.Variant variant) {
    Mode of = mode(study.mode());
    return new Mode(
        variant.name(), variant.settings().withFallback(of.settings()), of.begin(), of.codes());
  }

  private Mode mode(String name) {
    return experiment.modes().stream()
        .filter(mode -> mode.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Of modes that have runs: one whose network is not known has none. */
  private void sweeps() {
    for (long seed : experiment.detailSeeds()) {
      experiment.guidance().stream()
          .flatMap(sweep -> sweep.modes().stream())
          .filter(runs::containsKey)
          .forEach(mode -> guidance(runs(mode).get(seed), experiment.guidance().orElseThrow()));
    }
    for (long seed : experiment.detailSeeds()) {
      for (Experiment.Solvers solvers : experiment.solvers()) {
        Run run = runs(solvers.mode()).get(seed);
        if (run != null) {
          values(solvers).forEach(value -> solver(run, solvers, value));
        }
      }
    }
  }

  /** Numbers of steps, or tolerances. */
  static List<Double> values(Experiment.Solvers solvers) {
    return solvers.steps().isEmpty()
        ? solvers.tolerances()
        : solvers.steps().stream().map(Integer::doubleValue).toList();
  }

  private void guidance(Run run, Experiment.Sweep sweep) {
    SamplingSettings usual = settings(run).evaluation().sampling();
    for (double strength : sweep.strengths()) {
      SamplingSettings sampling =
          new SamplingSettings(
              usual.solver(), usual.guidance().withStrength(strength), usual.ema());
      run.guidance()
          .put(
              strength,
              kept(scores.sampled(run.train(), run.mode(), run.seed(), step(run), sampling)));
    }
  }

  private void studies() {
    for (long seed : experiment.seeds()) {
      for (Study study : experiment.studies()) {
        study.variants().forEach(variant -> mode(variant(study, variant), seed, false));
      }
    }
  }

  private static RunSettings settings(Run run) {
    return RunSettings.from(((Job.Train) run.train().task()).config());
  }

  private static long step(Run run) {
    return ((Job.Train) run.train().task()).steps();
  }

  private SamplingSettings sampling(Experiment.Solvers solvers, double value) {
    SamplingSettings usual =
        settings(runs(solvers.mode()).get(experiment.seeds().get(0))).evaluation().sampling();
    SolverSettings was = usual.solver();
    boolean bySteps = !solvers.steps().isEmpty();
    SolverSettings solver =
        new SolverSettings(
            Choice.of(SolverKind.values(), solvers.solver()),
            bySteps ? (int) value : was.steps(),
            bySteps ? was.tolerance() : value,
            was.diffusion());
    return new SamplingSettings(solver, usual.guidance(), usual.ema());
  }

  private Job kept(Job job) {
    return byDigest.computeIfAbsent(job.digest(), digest -> job);
  }

  /**
   * @param onTheWay whether its checkpoints are scored too
   */
  private void mode(Mode mode, long seed, boolean onTheWay) {
    try {
      if (missingNetwork(mode) || !standsOn(mode, seed)) {
        return;
      }
      Run run = run(mode, seed, onTheWay);
      runs.computeIfAbsent(mode.name(), name -> new LinkedHashMap<>()).put(seed, run);
    } catch (InvalidConfiguration e) {
      faults.addAll(e.faults());
    }
  }

  /** A mode whose images are given codes, and nobody says by which network, not even its digest. */
  private static boolean missingNetwork(Mode mode) {
    return mode.codes().isEmpty()
        && mode.settings().hasPath("condition.source")
        && mode.settings().getString("condition.source").equals("external");
  }

  /** Whether the modes that it begins with, or has codes of, have runs. */
  private boolean standsOn(Mode mode, long seed) {
    return Stream.concat(
            mode.begin().map(Mode.Begin::mode).stream(),
            mode
                .codes()
                .filter(Mode.OwnCodes.class::isInstance)
                .map(codes -> ((Mode.OwnCodes) codes).mode())
                .stream())
        .allMatch(name -> runs(name).containsKey(seed));
  }

  private Run run(Mode mode, long seed, boolean onTheWay) {
    Config config = config(mode, seed);
    List<Job> needs = new ArrayList<>();
    long before = 0;
    if (mode.begin().isPresent()) {
      Mode.Begin begin = mode.begin().get();
      Run first = runs(begin.mode()).get(seed);
      before = checkpoint(mode, first, begin.at());
      needs.add(first.train());
      long left = config.getLong("gnomon.steps") - before;
      if (left < 1) {
        throw fault(
            mode.name(),
            "begins after %d steps of %s, and has %d in all"
                .formatted(before, begin.mode(), left + before));
      }
      config = Configuration.kept(with(config, "steps", left), List.of());
    }
    Optional<Job> codes = mode.codes().map(of -> codes(mode, of, seed));
    codes.ifPresent(needs::add);
    Map<String, String> settings = RunIdentity.settings(config);
    settings.put("begins-at", String.valueOf(before));
    Optional<Long> begin = mode.begin().isPresent() ? Optional.of(before) : Optional.empty();
    Job train =
        kept(
            new Job(
                "%s/seed-%d/train".formatted(mode.name(), seed),
                seed,
                new Job.Train(config, begin),
                settings,
                RunIdentity.notDefault(settings),
                needs,
                4.0 * config.getLong("gnomon.steps") * config.getInt("gnomon.batch-size")));
    RunSettings read = RunSettings.from(config);
    long steps = read.training().steps();
    Map<Long, Job> curve = onTheWay ? curve(mode.name(), seed, train, before, read) : Map.of();
    Job finals = kept(scores.finals(train, mode.name(), seed, steps, read));
    return new Run(mode.name(), seed, train, before, finals, curve, codes, new LinkedHashMap<>());
  }

  private Map<Long, Job> curve(String mode, long seed, Job train, long before, RunSettings read) {
    long every = read.checkpoint().every();
    long steps = read.training().steps();
    Map<Long, Job> curve = new TreeMap<>();
    for (long step = every; step < steps + every; step += every) {
      long at = Math.min(step, steps);
      curve.put(before + at, kept(scores.onTheWay(train, mode, seed, at, read)));
    }
    return curve;
  }

  /** Its own settings over those of all, checked. */
  private Config config(Mode mode, long seed) {
    Config config = mode.settings().atPath(GNOMON).withFallback(experiment.base());
    config = with(config, "seed", seed);
    config = with(config, "evaluate.every", 0);
    config = with(config, "checkpoint.keep-newest", 1 << 20);
    if (mode.codes().isPresent()) {
      config = with(config, "condition.codes", TO_COME);
      config = with(config, "condition.codes-digest", "0".repeat(64));
    }
    return Configuration.kept(config, List.of());
  }

  private static Config with(Config config, String key, Object value) {
    return config.withValue(GNOMON + "." + key, ConfigValueFactory.fromAnyRef(value));
  }

  /** The step of a share of a run, which must be one of its checkpoints. */
  private long checkpoint(Mode mode, Run of, double share) {
    long steps = step(of);
    long every = settings(of).checkpoint().every();
    double step = share * steps;
    if (step != Math.rint(step) || step < 1 || (step % every != 0 && step != steps)) {
      throw fault(
          mode.name(),
          "is to begin at %s of the %d steps of %s, where it has no checkpoint (gnomon.checkpoint.every = %d)"
              .formatted(share, steps, of.mode(), every));
    }
    return (long) step;
  }

  private static InvalidConfiguration fault(String mode, String problem) {
    return new InvalidConfiguration(List.of(new ConfigFault("experiment.modes", mode, problem)));
  }

  private Job codes(Mode mode, Mode.Codes codes, long seed) {
    int clusters = config(mode, seed).getInt("gnomon.condition.prototypes");
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("clusters", String.valueOf(clusters));
    Run of;
    long step;
    long from = seed;
    if (codes instanceof Mode.OwnCodes own) {
      of = runs(own.mode()).get(seed);
      step = checkpoint(mode, of, own.at());
      settings.put("step", String.valueOf(step));
      settings.put("layer", String.valueOf(own.layer()));
      settings.put("noise-level", String.valueOf(own.noiseLevel()));
    } else {
      // A foreign network sees images alone; a run of any seed says which.
      from = experiment.seeds().get(0);
      of =
          runs.values().stream()
              .findFirst()
              .orElseThrow(
                  () ->
                      fault(
                          mode.name(),
                          "has a foreign network's codes, for which a mode without has to come before it"))
              .get(from);
      step = step(of);
      settings.putAll(((Mode.ForeignCodes) codes).identity());
    }
    return kept(
        new Job(
            "%s/seed-%d/codes".formatted(mode.name(), from),
            from,
            new Job.Cluster(codes, clusters, step),
            settings,
            settings,
            List.of(of.train()),
            codes instanceof Mode.OwnCodes ? OWN_FEATURES : FOREIGN_FEATURES));
  }
}
