package dev.gnomon.model.diffusion;

import dev.gnomon.model.Choice;

/** The paths there are, by the words of {@code gnomon.path}. */
public enum PathKind implements Choice {
  LINEAR("linear", "straight from noise to data, sigma-min 1e-4 (the paper's)", LinearPath.DEFAULT),
  VP("vp", "variance preserving, DDPM's schedule of beta from 0.1 to 20", new VpPath()),
  VE("ve", "variance exploding, sigma from 80 to 0.002, EDM's preconditioning", new VePath()),
  GVP("gvp", "variance preserving on a quarter of a circle (sin, cos)", new GvpPath());

  private final String word;
  private final String meaning;
  private final ProbabilityPath path;

  PathKind(String word, String meaning, ProbabilityPath path) {
    this.word = word;
    this.meaning = meaning;
    this.path = path;
  }

  @Override
  public String word() {
    return word;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  public ProbabilityPath path() {
    return path;
  }
}
