package dev.gnomon.launch.reproduce;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the order of modes by FD is the paper's (METHOD 1.10): no guidance worst, and the model's
 * own codes about as good as those of k-means. Said of modes whose every seed is done.
 */
final class Orderings {

  private static final String NONE = "none";
  private static final String BOOTSTRAP = "bootstrap";
  private static final String KMEANS = "kmeans";

  private final Map<String, Figure> distances = new LinkedHashMap<>();

  Orderings(Experiment experiment, ExperimentPlan plan, ResultFolder results) {
    for (Mode mode : experiment.modes()) {
      Figure fd =
          Figure.of(
              plan.runs(mode.name()).values().stream()
                  .map(run -> results.of(run.finals()))
                  .toList(),
              "fd");
      if (fd.isWhole()) {
        distances.put(mode.name(), fd);
      }
    }
  }

  /** Writes a line for each that can be said. */
  void into(PageWriter page) {
    lines().forEach(line -> page.line("- " + line));
    if (!lines().isEmpty()) {
      page.line("");
    }
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (distances.containsKey(NONE) && distances.size() > 1) {
      lines.add(noGuidance());
    }
    if (distances.containsKey(BOOTSTRAP) && distances.containsKey(KMEANS)) {
      lines.add(near());
    }
    return lines;
  }

  private String noGuidance() {
    double none = distances.get(NONE).mean();
    List<String> worse =
        distances.entrySet().stream()
            .filter(mode -> mode.getValue().mean() > none)
            .map(mode -> "%s (%s)".formatted(mode.getKey(), Figure.number(mode.getValue().mean())))
            .toList();
    return worse.isEmpty()
        ? "No guidance is worst, as in the paper: FD %s.".formatted(Figure.number(none))
        : "No guidance (FD %s) is **not** worst, otherwise than in the paper: worse are %s."
            .formatted(Figure.number(none), String.join(", ", worse));
  }

  private String near() {
    double apart = distances.get(BOOTSTRAP).mean() - distances.get(KMEANS).mean();
    double seeds = distances.values().stream().mapToDouble(Figure::spread).average().orElse(0);
    return ("The model's own codes are %s by FD than those of k-means, by %s; seeds of one mode are"
            + " %s apart on average. In the paper both are about as good.")
        .formatted(
            apart > 0 ? "worse" : "better", Figure.number(Math.abs(apart)), Figure.number(seeds));
  }
}
