package dev.gnomon.model.diffusion;

import java.util.Arrays;

/** Codes as often as their weights say; only those that have one. */
record CodeDraw(double[] weights) {

  /** The code that a uniform deviate in [0, 1) means. */
  int of(double chance) {
    double rest = chance * Arrays.stream(weights).sum();
    int last = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        last = i;
        rest -= weights[i];
        if (rest < 0) {
          return i;
        }
      }
    }
    return last;
  }
}
