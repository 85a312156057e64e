package dev.gnomon.launch;

import dev.gnomon.model.Choice;
import dev.gnomon.model.diffusion.DiffusionForm;
import dev.gnomon.model.diffusion.SamplingSettings;
import dev.gnomon.model.diffusion.SolverKind;
import dev.gnomon.model.diffusion.SolverSettings;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say how images are made; what is not given is as the run has it. */
final class SamplingOptions {

  @Option(
      names = "--guidance",
      paramLabel = "W",
      description = "Strength w of v = v_c + w (v_c - v_u), 0 for none. Default: the run's.")
  private Optional<Double> guidance = Optional.empty();

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
    if (asked.kind() == SolverKind.EULER_MARUYAMA && asked.steps() < 2) {
      throw new UsageException(
          "--steps %d: euler-maruyama needs at least 2".formatted(asked.steps()));
    }
    return new SamplingSettings(asked, guidance.orElse(usual.guidance()), usual.ema());
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
    solver.ifPresent(name -> choice("--solver", SolverKind.values(), name));
    diffusion.ifPresent(name -> choice("--diffusion", DiffusionForm.values(), name));
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

  /** The same as part of a file's name, such as "euler-30". */
  static String fileWords(SamplingSettings sampling) {
    return words(sampling).replaceFirst(" steps$", "").replaceAll("[, ]+", "-");
  }
}
