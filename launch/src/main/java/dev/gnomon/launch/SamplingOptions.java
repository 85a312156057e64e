package dev.gnomon.launch;

import dev.gnomon.model.Choice;
import dev.gnomon.model.diffusion.DiffusionForm;
import dev.gnomon.model.diffusion.Guidance;
import dev.gnomon.model.diffusion.SamplingSettings;
import dev.gnomon.model.diffusion.SolverKind;
import dev.gnomon.model.diffusion.SolverSettings;
import dev.gnomon.model.training.TrainingSettings.Condition;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say how images are made; what is not given is as the run has it. */
final class SamplingOptions {

  /** Two numbers with a comma between them. */
  static final class Levels implements ITypeConverter<double[]> {

    @Override
    public double[] convert(String value) {
      try {
        double[] levels =
            Arrays.stream(value.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
        if (levels.length == 2) {
          return levels;
        }
      } catch (NumberFormatException notANumber) {
        // said below
      }
      throw new TypeConversionException("'%s' is not FROM,TO, such as 0,0.7".formatted(value));
    }
  }

  @Option(
      names = "--guidance",
      paramLabel = "W",
      description = "Strength w of v = v_c + w (v_c - v_u), 0 for none. Default: the run's.")
  private Optional<Double> guidance = Optional.empty();

  @Option(
      names = "--guidance-noise",
      paramLabel = "FROM,TO",
      converter = Levels.class,
      description =
          "Guidance at these noise levels alone (0 = data, 1 = noise), such as 0,0.7. Default: the"
              + " run's.")
  private Optional<double[]> noise = Optional.empty();

  @Option(
      names = "--guidance-stop",
      paramLabel = "C",
      description =
          "An image goes on without guidance where both of its velocities have this cosine"
              + " similarity; 1 = never. Default: the run's.")
  private Optional<Double> stop = Optional.empty();

  @Option(
      names = "--weights",
      paramLabel = "WHOSE",
      description = "ema or student. Default: the run's.")
  private Optional<String> weights = Optional.empty();

  @Option(
      names = "--solver",
      paramLabel = "S",
      description = "One of those that gnomon list shows. Default: the run's.")
  private Optional<String> solver = Optional.empty();

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps, of all solvers but dopri5's. Default: the run's.")
  private Optional<Integer> steps = Optional.empty();

  @Option(
      names = "--tolerance",
      paramLabel = "E",
      description = "Relative and absolute tolerance of dopri5's. Default: the run's.")
  private Optional<Double> tolerance = Optional.empty();

  @Option(
      names = "--diffusion",
      paramLabel = "FORM",
      description = "How strongly euler-maruyama diffuses; gnomon list. Default: the run's.")
  private Optional<String> diffusion = Optional.empty();

  /**
   * The usual settings with those that were given.
   *
   * @throws UsageException where one is out of range
   */
  SamplingSettings over(SamplingSettings usual) {
    check();
    SolverSettings run = usual.solver();
    SolverSettings asked =
        new SolverSettings(
            solver.map(name -> choice("--solver", SolverKind.values(), name)).orElse(run.kind()),
            steps.orElse(run.steps()),
            tolerance.orElse(run.tolerance()),
            diffusion
                .map(name -> choice("--diffusion", DiffusionForm.values(), name))
                .orElse(run.diffusion()));
    requireUsed(asked.kind());
    if (asked.kind() == SolverKind.EULER_MARUYAMA && asked.steps() < 2) {
      throw new UsageException(
          "--steps %d: euler-maruyama needs at least 2".formatted(asked.steps()));
    }
    return new SamplingSettings(
        asked, guided(usual.guidance()), weights.map("ema"::equals).orElse(usual.ema()));
  }

  /** What a solver would not look at is refused. */
  private void requireUsed(SolverKind kind) {
    if (steps.isPresent() && !kind.stepped()) {
      throw new UsageException(
          "--steps %d: %s chooses its own, by --tolerance".formatted(steps.get(), kind.word()));
    }
    if (tolerance.isPresent() && kind.stepped()) {
      throw new UsageException(
          "--tolerance %s: %s has none, but --steps".formatted(tolerance.get(), kind.word()));
    }
    if (diffusion.isPresent() && kind != SolverKind.EULER_MARUYAMA) {
      throw new UsageException(
          "--diffusion %s: %s does not diffuse; take --solver %s"
              .formatted(diffusion.get(), kind.word(), SolverKind.EULER_MARUYAMA.word()));
    }
  }

  /**
   * Checks that guidance was not asked for.
   *
   * @throws UsageException where it was
   */
  void requireNoGuidance() {
    if (guidance.isPresent() || noise.isPresent() || stop.isPresent()) {
      throw new UsageException(
          "--guidance: samples without a condition have none; leave out what is about it");
    }
  }

  /**
   * Checks that the network can be guided, if that was asked for.
   *
   * @throws UsageException where it was never trained without its conditions
   */
  void requireUnconditional(Condition condition) {
    if (guidance.orElse(0.0) > 0 && condition.dropProbability() == 0) {
      throw new UsageException(
          "--guidance %s: this network was never trained without its conditions (gnomon.condition.drop-probability = 0), so there is nothing to lead away from; take 0"
              .formatted(guidance.get()));
    }
  }

  private Guidance guided(Guidance usual) {
    return new Guidance(
        guidance.orElse(usual.strength()),
        noise.map(levels -> levels[0]).orElse(usual.noiseFrom()),
        noise.map(levels -> levels[1]).orElse(usual.noiseTo()),
        stop.orElse(usual.stopSimilarity()));
  }

  /**
   * Checks what was given.
   *
   * @throws UsageException where one is out of range
   */
  void check() {
    if (steps.filter(n -> n < 1).isPresent()) {
      throw new UsageException("--steps %d: expected at least 1".formatted(steps.get()));
    }
    if (tolerance.filter(e -> !(e > 0 && Double.isFinite(e))).isPresent()) {
      throw new UsageException(
          "--tolerance %s: expected a number above 0".formatted(tolerance.get()));
    }
    if (guidance.filter(w -> !(w >= 0 && Double.isFinite(w))).isPresent()) {
      throw new UsageException("--guidance %s: expected 0 or more".formatted(guidance.get()));
    }
    if (noise
        .filter(levels -> !(levels[0] >= 0 && levels[0] < levels[1] && levels[1] <= 1))
        .isPresent()) {
      throw new UsageException(
          "--guidance-noise %s,%s: expected two noise levels in [0, 1], the lower one first"
              .formatted(noise.get()[0], noise.get()[1]));
    }
    if (stop.filter(c -> !(c >= -1 && c <= 1)).isPresent()) {
      throw new UsageException("--guidance-stop %s: expected -1 to 1".formatted(stop.get()));
    }
    if (weights.filter(whose -> !whose.equals("ema") && !whose.equals("student")).isPresent()) {
      throw new UsageException("--weights %s: expected ema or student".formatted(weights.get()));
    }
    solver.ifPresent(name -> choice("--solver", SolverKind.values(), name));
    diffusion.ifPresent(name -> choice("--diffusion", DiffusionForm.values(), name));
  }

  /**
   * Checks that what is swept is not fixed as well.
   *
   * @throws UsageException where it is
   */
  void requireFree(Sweep.Setting swept) {
    boolean fixed =
        switch (swept) {
          case GUIDANCE -> guidance.isPresent();
          case STEPS -> steps.isPresent();
        };
    if (fixed) {
      throw new UsageException(
          "--%s: --sweep goes through its values; leave one of the two out"
              .formatted(swept.word()));
    }
  }

  private static <C extends Choice> C choice(String option, C[] all, String word) {
    try {
      return Choice.of(all, word);
    } catch (IllegalArgumentException unknown) {
      throw new UsageException(option + " " + unknown.getMessage());
    }
  }

  /** In words, such as "euler, 30 steps". */
  static String words(SamplingSettings sampling) {
    SolverSettings solver = sampling.solver();
    String words =
        solver.kind() == SolverKind.EULER_MARUYAMA
            ? solver.kind().word() + " of " + solver.diffusion().word()
            : solver.kind().word();
    return solver.kind().stepped()
        ? "%s, %d steps".formatted(words, solver.steps())
        : "%s, tolerance %s".formatted(words, solver.tolerance());
  }

  /** Of guidance, such as "0.4" or "1.5 at noise 0.0 to 0.7". */
  static String words(Guidance guidance) {
    StringBuilder words = new StringBuilder().append(guidance.strength());
    if (guidance.noiseFrom() > 0 || guidance.noiseTo() < 1) {
      words.append(" at noise %s to %s".formatted(guidance.noiseFrom(), guidance.noiseTo()));
    }
    if (guidance.stopSimilarity() < 1) {
      words.append(" until similarity %s".formatted(guidance.stopSimilarity()));
    }
    return words.toString();
  }

  /** All as part of a file's name, such as "guidance-0.4-euler-30". */
  static String fileWords(SamplingSettings sampling) {
    String whose = sampling.ema() ? "" : " student";
    return ("guidance " + words(sampling.guidance()) + " " + words(sampling) + whose)
        .replace(" steps", "")
        .replaceAll("[, ]+", "-");
  }
}
