package dev.gnomon.model.diffusion;

import dev.gnomon.model.Choice;

/**
 * How strongly {@link EulerMaruyama} diffuses: w(t) of SiT (Ma et al., 2024; METHOD 3.2), at their
 * norm of 1. Every w gives the same distributions in the limit of small steps; they differ in what
 * errors do on the way.
 */
public enum DiffusionForm implements Choice {
  CONSTANT("constant", "w = 1") {
    @Override
    public double weight(ProbabilityPath path, double t) {
      return 1;
    }
  },
  SBDM("sbdm", "w = sigma^2 alpha' / alpha - sigma sigma', of the score-based models' own SDE") {
    @Override
    public double weight(ProbabilityPath path, double t) {
      double sigma = path.sigma(t);
      return sigma * sigma * path.alphaRate(t) / path.alpha(t) - sigma * path.sigmaRate(t);
    }
  },
  SIGMA("sigma", "w = sigma, SiT's default") {
    @Override
    public double weight(ProbabilityPath path, double t) {
      return path.sigma(t);
    }
  },
  LINEAR("linear", "w = 1 - t") {
    @Override
    public double weight(ProbabilityPath path, double t) {
      return 1 - t;
    }
  },
  DECREASING("decreasing", "w = (cos(pi t) + 1)^2 / 4") {
    @Override
    public double weight(ProbabilityPath path, double t) {
      double wave = StrictMath.cos(Math.PI * t) + 1;
      return wave * wave / 4;
    }
  },
  INCREASING_DECREASING("increasing-decreasing", "w = sin(pi t)^2") {
    @Override
    public double weight(ProbabilityPath path, double t) {
      double wave = StrictMath.sin(Math.PI * t);
      return wave * wave;
    }
  };

  private final String word;
  private final String meaning;

  DiffusionForm(String word, String meaning) {
    this.word = word;
    this.meaning = meaning;
  }

  /** w at t. */
  public abstract double weight(ProbabilityPath path, double t);

  @Override
  public String word() {
    return word;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
