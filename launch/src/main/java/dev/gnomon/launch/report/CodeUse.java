package dev.gnomon.launch.report;

import java.util.Arrays;

/**
 * How often each code was used over recent batches.
 *
 * @param counts faded count of each code, [prototypes]
 */
record CodeUse(double[] counts) {

  /** exp of the entropy: how many codes would be as diverse if they were used equally. */
  double effective() {
    double sum = Arrays.stream(counts).sum();
    double entropy =
        Arrays.stream(counts).filter(c -> c > 0).map(c -> -c / sum * Math.log(c / sum)).sum();
    return Math.exp(entropy);
  }

  /** Bars, one a code, as a figure of HTML. */
  String html() {
    double sum = Arrays.stream(counts).sum();
    if (sum <= 0) {
      return "";
    }
    int width = 560;
    int height = 120;
    double most = Arrays.stream(counts).max().orElse(1);
    double pitch = (double) width / counts.length;
    StringBuilder svg =
        new StringBuilder(
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"share of each code\">"
                .formatted(width, height + 4));
    for (int code = 0; code < counts.length; code++) {
      double bar = Math.max(1, counts[code] / most * height);
      svg.append(
          "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>code %d: %.1f %%</title></rect>"
              .formatted(
                  code * pitch,
                  height - bar,
                  Math.max(0.5, pitch - Math.min(2, pitch / 4)),
                  bar,
                  code,
                  100 * counts[code] / sum));
    }
    return "<figure class=\"chart\"><figcaption>%s</figcaption>%s</svg></figure>"
        .formatted(title(), svg);
  }

  /** Whether a code was used at all. */
  boolean any() {
    return Arrays.stream(counts).anyMatch(count -> count > 0);
  }

  /** What the bars are. */
  String title() {
    return "share of each code over recent batches: %d prototypes, as diverse as %.1f used equally"
        .formatted(counts.length, effective());
  }
}
