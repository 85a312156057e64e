package dev.gnomon.launch.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the scores of a run say in sentences, the unwelcome included. The terminal and the report
 * say the same.
 */
public record Findings(RunRecord run) {

  /** NMI of k-means on the untrained network's features with the labels. */
  public static final String NMI_UNTRAINED = "nmi_untrained";

  /** NMI of k-means on each image's mean colour with the labels. */
  public static final String NMI_COLOUR = "nmi_mean_colour";

  /** How the distance between generated and real images went. */
  public Optional<String> distance() {
    if (run.score("fd", "").isEmpty()) {
      return Optional.empty();
    }
    Curve curve = run.score("fd", "");
    double last = curve.last();
    String now =
        "%s is %s at step %,.0f"
            .formatted(run.distanceName(), shown(last), curve.steps()[curve.steps().length - 1]);
    OptionalDouble boundary = run.boundary();
    if (boundary.isPresent() && curve.steps().length > 1) {
      int at = 0;
      for (int i = 0; i < curve.steps().length; i++) {
        if (curve.steps()[i] <= boundary.getAsDouble()) {
          at = i;
        }
      }
      double then = curve.values()[at];
      if (at < curve.steps().length - 1 && then > 0) {
        return Optional.of(
            "%s, and was %s at step %,.0f, %s it began to guide itself: %s."
                .formatted(
                    now,
                    shown(then),
                    curve.steps()[at],
                    curve.steps()[at] == boundary.getAsDouble() ? "when" : "before",
                    last < then
                        ? "%.0f %% lower (lower is better)".formatted(100 * (1 - last / then))
                        : "it did not fall (lower is better)"));
      }
    }
    return Optional.of(now + " (lower is better).");
  }

  /** How well the codes agree with the labels, beside what needs no training. */
  public Optional<String> agreement() {
    return agreement(run.lastScores());
  }

  /** How well the codes agree with the labels by {@code scores}. */
  public static Optional<String> agreement(Map<String, Double> scores) {
    if (!scores.containsKey("nmi")) {
      return Optional.empty();
    }
    double nmi = scores.get("nmi");
    StringBuilder text =
        new StringBuilder("NMI of the model's own codes with the labels is " + shown(nmi));
    if (!scores.containsKey(NMI_UNTRAINED) || !scores.containsKey(NMI_COLOUR)) {
      return Optional.of(
          text.append(" (1 = they say the same; training saw no label).").toString());
    }
    double untrained = scores.get(NMI_UNTRAINED);
    double colour = scores.get(NMI_COLOUR);
    text.append(
        "; k-means on the untrained network's features has %s, k-means on mean colour %s. "
            .formatted(shown(untrained), shown(colour)));
    if (nmi > untrained && nmi > colour) {
      text.append("The learned codes are higher than both.");
    } else if (nmi <= untrained && nmi <= colour) {
      text.append("Both baselines are higher: these codes say less about the labels than they do.");
    } else {
      text.append(
          nmi <= untrained
              ? "The untrained network's features are higher than the learned codes."
              : "Mean colour is higher than the learned codes.");
    }
    return Optional.of(text.toString());
  }

  /** How fast it went. */
  public Optional<String> speed() {
    Curve speed = run.measure("images_per_second", "");
    if (speed.isEmpty()) {
      return Optional.empty();
    }
    double[] sorted = speed.values().clone();
    Arrays.sort(sorted);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%,.0f steps, %s images/s (median).",
            speed.steps()[speed.steps().length - 1],
            shown(sorted[sorted.length / 2])));
  }

  private static String shown(double value) {
    return Html.significant(value);
  }
}
