package dev.gnomon.launch;

import dev.gnomon.model.diffusion.SamplingSettings;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say how images are made; what is not given is as the run has it. */
final class SamplingOptions {

  private static final List<String> SOLVERS = List.of("euler", "dopri5");

  @Option(
      names = "--guidance",
      paramLabel = "W",
      description = "Strength w of v = v_c + w (v_c - v_u), 0 for none. Default: the run's.")
  private Optional<Double> guidance = Optional.empty();

  @Option(
      names = "--solver",
      paramLabel = "S",
      description = "euler or dopri5. Default: the run's.")
  private Optional<String> solver = Optional.empty();

  @Option(names = "--steps", paramLabel = "N", description = "Steps of euler. Default: the run's.")
  private Optional<Integer> steps = Optional.empty();

  /**
   * The usual settings with those that were given.
   *
   * @throws UsageException where one is out of range
   */
  SamplingSettings over(SamplingSettings usual) {
    check();
    return new SamplingSettings(
        solver.orElse(usual.solver()),
        steps.orElse(usual.steps()),
        guidance.orElse(usual.guidance()),
        usual.ema());
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
    if (guidance.filter(w -> !(w >= 0 && Double.isFinite(w))).isPresent()) {
      throw new UsageException("--guidance %s: expected 0 or more".formatted(guidance.get()));
    }
    if (solver.filter(name -> !SOLVERS.contains(name)).isPresent()) {
      throw new UsageException(
          "--solver %s: expected %s".formatted(solver.get(), String.join(" or ", SOLVERS)));
    }
  }

  /** In words, such as "euler, 30 steps". */
  static String words(SamplingSettings sampling) {
    return sampling.solver().equals("euler")
        ? "euler, %d steps".formatted(sampling.steps())
        : sampling.solver();
  }
}
