package dev.gnomon.launch.report;

import java.util.Arrays;

/**
 * How often each code was used.
 *
 * @param counts of each code, [codes]
 * @param when they were counted, such as "over recent batches"
 */
record CodeUse(double[] counts, String when) {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 120; // of the tallest bar
  private static final int LINE = 16; // of text above and below
  private static final int NUMBERED = 40; // codes at most that are numbered
  private static final int VALUED = 20; // that have their share written above

  /** exp of the entropy: how many codes would be as diverse if they were used equally. */
  double effective() {
    double sum = Arrays.stream(counts).sum();
    double entropy =
        Arrays.stream(counts).filter(c -> c > 0).map(c -> -c / sum * Math.log(c / sum)).sum();
    return Math.exp(entropy);
  }

  /** Bars, one a code, as a figure of HTML; with numbers where there is room for them. */
  String html() {
    double sum = Arrays.stream(counts).sum();
    if (sum <= 0) {
      return "";
    }
    double most = Arrays.stream(counts).max().orElse(1);
    double pitch = (double) WIDTH / counts.length;
    StringBuilder svg =
        new StringBuilder(
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"share of each code\">"
                .formatted(WIDTH, HEIGHT + 2 * LINE));
    for (int code = 0; code < counts.length; code++) {
      double bar = Math.max(1, counts[code] / most * HEIGHT);
      double share = 100 * counts[code] / sum;
      svg.append(
          "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>code %d: %.1f %%</title></rect>"
              .formatted(
                  code * pitch,
                  LINE + HEIGHT - bar,
                  Math.max(0.5, pitch - Math.min(2, pitch / 4)),
                  bar,
                  code,
                  share));
      double middle = (code + 0.5) * pitch;
      if (counts.length <= NUMBERED) {
        svg.append(word(middle, HEIGHT + 2 * LINE - 3, Integer.toString(code)));
      }
      if (counts.length <= VALUED) {
        svg.append(word(middle, LINE + HEIGHT - bar - 4, "%.0f %%".formatted(share)));
      }
    }
    return "<figure class=\"chart\"><figcaption>%s</figcaption>%s</svg></figure>"
        .formatted(title(), svg);
  }

  private static String word(double x, double y, String word) {
    return "<text text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%s</text>".formatted(x, y, word);
  }

  /** Whether a code was used at all. */
  boolean any() {
    return Arrays.stream(counts).anyMatch(count -> count > 0);
  }

  /** What the bars are. */
  String title() {
    return "share of each code %s: %d codes, as diverse as %.1f used equally"
        .formatted(when, counts.length, effective());
  }
}
