package dev.gnomon.model.diffusion;

/**
 * Which solver, and how it is set.
 *
 * @param steps of a solver of equal steps
 * @param tolerance relative and absolute, of an adaptive solver
 * @param diffusion of euler-maruyama
 */
public record SolverSettings(
    SolverKind kind, int steps, double tolerance, DiffusionForm diffusion) {

  /** That of the paper: Dormand and Prince at 1e-5. */
  public static final SolverSettings DOPRI5 =
      new SolverSettings(SolverKind.DOPRI5, 1, 1e-5, DiffusionForm.SIGMA);

  /** A number of steps of Euler. */
  public static SolverSettings euler(int steps) {
    return DOPRI5.with(SolverKind.EULER, steps);
  }

  /** The same with another solver and number of steps. */
  public SolverSettings with(SolverKind other, int count) {
    return new SolverSettings(other, count, tolerance, diffusion);
  }

  /** The solver, for fields on {@code path}. */
  public Solver solver(ProbabilityPath path, StepNoise noise) {
    return switch (kind) {
      case EULER -> new Euler(steps);
      case HEUN -> new Heun(steps);
      case RK4 -> new Rk4(steps);
      case DOPRI5 -> new Dopri5(tolerance, tolerance);
      case DOPRI5_PER_SAMPLE -> new Dopri5PerSample(tolerance, tolerance);
      case EULER_MARUYAMA -> new EulerMaruyama(steps, diffusion, path, noise);
      case DPM_PLUS_PLUS_2M -> new DpmPlusPlus2M(steps, path);
    };
  }
}
