package dev.gnomon.launch.report;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import java.util.stream.DoubleStream;

/**
 * Curves over training steps as SVG, which needs no font and no display where it is made.
 *
 * @param title what the numbers are, with their unit
 * @param boundary step at which stage 2 begins, drawn as a line; empty where there is none
 */
record LineChart(String title, List<Curve> curves, OptionalDouble boundary) {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 240;
  private static final int LEFT = 58;
  private static final int RIGHT = 14;
  private static final int TOP = 14;
  private static final int BOTTOM = 30;
  private static final int POINTS = 300;

  /** The chart as a figure of HTML with its legend. */
  String html() {
    List<Curve> drawn =
        curves.stream().filter(curve -> !curve.isEmpty()).map(c -> c.thinned(POINTS)).toList();
    if (drawn.isEmpty()) {
      return "";
    }
    double last = curves.stream().flatMapToDouble(c -> DoubleStream.of(c.steps())).max().orElse(1);
    Ticks x = Ticks.around(0, last, 6);
    double low = drawn.stream().flatMapToDouble(c -> DoubleStream.of(c.values())).min().orElse(0);
    double high = drawn.stream().flatMapToDouble(c -> DoubleStream.of(c.values())).max().orElse(1);
    Ticks y = Ticks.around(low >= 0 && low < 0.5 * high ? 0 : low, high, 5);

    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
            .formatted(WIDTH, HEIGHT, Html.text(title)));
    for (double value : y.values()) {
      double at = vertical(y, value);
      svg.append(line("grid", LEFT, at, WIDTH - RIGHT, at));
      svg.append(word("end", LEFT - 6, at + 4, y.label(value)));
    }
    for (double value : x.values()) {
      if (value <= last) {
        svg.append(word("middle", horizontal(last, value), HEIGHT - 10, x.label(value)));
      }
    }
    boundary.ifPresent(
        step -> {
          double at = horizontal(last, step);
          if (step > 0 && step < last) {
            svg.append(line("boundary", at, TOP, at, HEIGHT - BOTTOM));
            svg.append(word("start", at + 5, TOP + 10, "stage 2"));
          }
        });
    for (int i = 0; i < drawn.size(); i++) {
      svg.append(path(drawn.get(i), i, last, y));
    }
    svg.append("</svg>");
    return "<figure class=\"chart\"><figcaption>%s</figcaption>%s%s</figure>"
        .formatted(Html.text(title), svg, legend(drawn));
  }

  private static String path(Curve curve, int colour, double last, Ticks y) {
    StringJoiner points = new StringJoiner(" ");
    for (int i = 0; i < curve.steps().length; i++) {
      points.add(
          number(horizontal(last, curve.steps()[i]))
              + ","
              + number(vertical(y, curve.values()[i])));
    }
    StringBuilder svg =
        new StringBuilder(
            "<polyline class=\"curve c%d\" points=\"%s\"/>".formatted(colour, points));
    if (curve.steps().length <= 30) {
      for (int i = 0; i < curve.steps().length; i++) {
        svg.append(
            "<circle class=\"dot c%d\" r=\"3\" cx=\"%s\" cy=\"%s\"><title>step %,.0f: %s</title></circle>"
                .formatted(
                    colour,
                    number(horizontal(last, curve.steps()[i])),
                    number(vertical(y, curve.values()[i])),
                    curve.steps()[i],
                    Html.significant(curve.values()[i])));
      }
    }
    return svg.toString();
  }

  private static String legend(List<Curve> drawn) {
    if (drawn.size() == 1) {
      return "";
    }
    StringBuilder legend = new StringBuilder("<div class=\"legend\">");
    for (int i = 0; i < drawn.size(); i++) {
      legend.append(
          "<span><i class=\"c%d\"></i>%s</span>".formatted(i, Html.text(drawn.get(i).name())));
    }
    return legend.append("</div>").toString();
  }

  private static double horizontal(double last, double step) {
    return LEFT + step / last * (WIDTH - LEFT - RIGHT);
  }

  private static double vertical(Ticks y, double value) {
    return HEIGHT - BOTTOM - (value - y.low()) / (y.high() - y.low()) * (HEIGHT - BOTTOM - TOP);
  }

  private static String line(String kind, double x1, double y1, double x2, double y2) {
    return "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>"
        .formatted(kind, number(x1), number(y1), number(x2), number(y2));
  }

  private static String word(String anchor, double x, double y, String word) {
    return "<text text-anchor=\"%s\" x=\"%s\" y=\"%s\">%s</text>"
        .formatted(anchor, number(x), number(y), Html.text(word));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
