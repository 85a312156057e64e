package dev.gnomon.launch.reproduce;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A score over the seeds of an experiment.
 *
 * @param ofSeeds in the order of the seeds; empty where a job is not done, or has no such score
 */
record Figure(List<Optional<Double>> ofSeeds) {

  /** The score {@code name} of the results that are there. */
  static Figure of(List<Optional<JobResult>> results, String name) {
    return new Figure(
        results.stream()
            .map(result -> result.map(r -> r.score(name)).filter(Double::isFinite))
            .toList());
  }

  boolean isEmpty() {
    return ofSeeds.stream().allMatch(Optional::isEmpty);
  }

  /** Of some seeds alone, those at the places {@code kept}. */
  Figure at(List<Integer> kept) {
    return new Figure(kept.stream().map(ofSeeds::get).toList());
  }

  /** Whether each seed has one. */
  boolean isWhole() {
    return !ofSeeds.isEmpty() && ofSeeds.stream().allMatch(Optional::isPresent);
  }

  /** Mean of those that are there. */
  double mean() {
    return ofSeeds.stream().flatMap(Optional::stream).mapToDouble(v -> v).average().orElse(0);
  }

  /** Between the least and the greatest. */
  double spread() {
    return most() - least();
  }

  double least() {
    return ofSeeds.stream().flatMap(Optional::stream).mapToDouble(v -> v).min().orElse(0);
  }

  double most() {
    return ofSeeds.stream().flatMap(Optional::stream).mapToDouble(v -> v).max().orElse(0);
  }

  /** Such as "0.123 (0.120, 0.126)"; a dash for a seed that lacks. */
  String shown() {
    if (isEmpty()) {
      return "-";
    }
    return ofSeeds.size() == 1
        ? number(mean())
        : "%s (%s)"
            .formatted(
                number(mean()),
                ofSeeds.stream()
                    .map(seed -> seed.map(Figure::number).orElse("-"))
                    .collect(Collectors.joining(", ")));
  }

  static String number(double value) {
    String format = Math.abs(value) >= 10 ? "%.1f" : Math.abs(value) >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }
}
