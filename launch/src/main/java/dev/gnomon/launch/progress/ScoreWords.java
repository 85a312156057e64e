package dev.gnomon.launch.progress;

import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** Scores on one line, the distance under its full name. */
public final class ScoreWords {

  private ScoreWords() {}

  /** Such as "FD (seeded-conv) 0.53 NMI 0.54 ARI 0.31". */
  public static String of(Map<String, Double> scores) {
    StringJoiner words = new StringJoiner("  ");
    boolean named = scores.keySet().stream().anyMatch(name -> name.startsWith("FD"));
    scores.forEach(
        (name, value) -> {
          if (!(named && name.equals("fd"))) {
            words.add(
                "%s %s"
                    .formatted(
                        name.length() <= 3 ? name.toUpperCase(Locale.ROOT) : name,
                        String.format(
                            Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.4f", value)));
          }
        });
    return words.toString();
  }
}
