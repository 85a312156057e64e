package dev.gnomon.model.diffusion;

import dev.gnomon.model.Choice;

/** The solvers there are, by the words of {@code gnomon.evaluate.solver}. */
public enum SolverKind implements Choice {
  EULER("euler", "equal steps of order 1, 1 evaluation each", true, true),
  HEUN("heun", "equal steps of order 2, 2 evaluations each", true, true),
  RK4("rk4", "equal steps of order 4, 4 evaluations each", true, true),
  DOPRI5(
      "dopri5",
      "adaptive, order 5, steps and error of the whole batch (torchdiffeq's)",
      false,
      true),
  DOPRI5_PER_SAMPLE(
      "dopri5-per-sample",
      "the same with steps and error of each sample its own, whoever shares its batch",
      false,
      true),
  EULER_MARUYAMA(
      "euler-maruyama",
      "equal steps of a stochastic equation (SiT's), 1 evaluation each",
      true,
      false),
  DPM_PLUS_PLUS_2M(
      "dpm++2m", "DPM-Solver++(2M), equal steps of order 2, 1 evaluation each", true, false);

  private final String word;
  private final String meaning;
  private final boolean stepped;
  private final boolean reversible;

  SolverKind(String word, String meaning, boolean stepped, boolean reversible) {
    this.word = word;
    this.meaning = meaning;
    this.stepped = stepped;
    this.reversible = reversible;
  }

  @Override
  public String word() {
    return word;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  /** Whether it is told its number of steps; otherwise its tolerance. */
  public boolean stepped() {
    return stepped;
  }

  /** Whether it also goes from data to noise. */
  public boolean reversible() {
    return reversible;
  }
}
