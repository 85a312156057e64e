package dev.gnomon.launch.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Points of several groups, a colour each, as SVG.
 *
 * @param points [n][2]
 * @param groups of each point, from 0; -1 = none, which is not drawn
 * @param names of the groups
 * @param inPlace whether names stand amid their points, else beside the chart
 */
record ScatterChart(
    String title,
    String across,
    String upwards,
    double[][] points,
    int[] groups,
    List<String> names,
    boolean inPlace) {

  private static final int SIZE = 560;
  private static final int MARGIN = 26;
  private static final int NAMED = 40; // groups at most
  private static final int LISTED = 24;

  /** The chart as a figure of HTML with its legend. */
  String html() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
            .formatted(SIZE, SIZE, Html.text(title)));
    double[] x = range(0);
    double[] y = range(1);
    for (int group : drawn()) {
      svg.append(
          "<path class=\"points\" stroke=\"%s\" d=\"".formatted(Colours.web(group, names.size())));
      for (int i = 0; i < points.length; i++) {
        if (groups[i] == group) {
          svg.append(
              String.format(
                  Locale.ROOT,
                  "M%.1f %.1fh0",
                  place(points[i][0], x),
                  SIZE - place(points[i][1], y)));
        }
      }
      svg.append("\"/>");
    }
    if (inPlace) {
      for (int group : named()) {
        double[] middle = middle(group);
        svg.append(
            String.format(
                Locale.ROOT,
                "<text class=\"name\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                place(middle[0], x),
                SIZE - place(middle[1], y) + 4,
                Html.text(names.get(group))));
      }
    }
    svg.append(
        "<text text-anchor=\"middle\" x=\"%d\" y=\"%d\">%s</text>"
            .formatted(SIZE / 2, SIZE - 4, Html.text(across)));
    svg.append(
        "<text text-anchor=\"middle\" transform=\"translate(12 %d) rotate(-90)\">%s</text>"
            .formatted(SIZE / 2, Html.text(upwards)));
    return "<figure class=\"chart\"><figcaption>%s</figcaption>%s</svg>%s</figure>"
        .formatted(Html.text(title), svg, inPlace ? "" : legend());
  }

  private String legend() {
    StringBuilder legend = new StringBuilder("<div class=\"legend\">");
    List<Integer> all = drawn();
    for (int group : all.subList(0, Math.min(LISTED, all.size()))) {
      legend.append(
          "<span><i class=\"spot\" style=\"background:%s\"></i>%s</span>"
              .formatted(Colours.web(group, names.size()), Html.text(names.get(group))));
    }
    if (all.size() > LISTED) {
      legend.append("<span>and %d more</span>".formatted(all.size() - LISTED));
    }
    return legend.append("</div>").toString();
  }

  /** Groups that have points, ascending. */
  List<Integer> drawn() {
    return Arrays.stream(groups).filter(group -> group >= 0).distinct().sorted().boxed().toList();
  }

  /** The largest groups, which have room for a name. */
  List<Integer> named() {
    return drawn().stream()
        .sorted(Comparator.comparingLong(group -> -members(group).count()))
        .limit(NAMED)
        .toList();
  }

  /** Where the middle of a group lies: the median of its points in each direction. */
  double[] middle(int group) {
    double[] middle = new double[2];
    for (int axis = 0; axis < 2; axis++) {
      int along = axis;
      double[] sorted = members(group).mapToDouble(i -> points[i][along]).sorted().toArray();
      middle[axis] = sorted[sorted.length / 2];
    }
    return middle;
  }

  /** The indices of a group's points. */
  IntStream members(int group) {
    return IntStream.range(0, points.length).filter(i -> groups[i] == group);
  }

  private double[] range(int axis) {
    double low = Arrays.stream(points).mapToDouble(point -> point[axis]).min().orElse(0);
    double high = Arrays.stream(points).mapToDouble(point -> point[axis]).max().orElse(1);
    return new double[] {low, high > low ? high : low + 1};
  }

  private static double place(double value, double[] range) {
    double share = (value - range[0]) / (range[1] - range[0]);
    return MARGIN + share * (SIZE - 2 * MARGIN);
  }
}
