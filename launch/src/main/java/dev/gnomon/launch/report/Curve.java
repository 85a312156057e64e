package dev.gnomon.launch.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Values over training steps, ascending in step.
 *
 * @param name as it stands in the legend
 */
record Curve(String name, double[] steps, double[] values) {

  boolean isEmpty() {
    return steps.length == 0;
  }

  double last() {
    return values[values.length - 1];
  }

  /** The curve in at most {@code count} points, each the mean of as many neighbours. */
  Curve thinned(int count) {
    if (steps.length <= count) {
      return this;
    }
    double[] thinSteps = new double[count];
    double[] thinValues = new double[count];
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) i * steps.length / count);
      int to = (int) ((i + 1L) * steps.length / count);
      for (int j = from; j < to; j++) {
        thinSteps[i] += steps[j] / (to - from);
        thinValues[i] += values[j] / (to - from);
      }
    }
    return new Curve(name, thinSteps, thinValues);
  }

  /** A curve that is built point by point. */
  static final class Builder {

    private final String name;
    private final List<Double> steps = new ArrayList<>();
    private final List<Double> values = new ArrayList<>();

    Builder(String name) {
      this.name = name;
    }

    void add(double step, double value) {
      steps.add(step);
      values.add(value);
    }

    Curve curve() {
      return new Curve(
          name,
          steps.stream().mapToDouble(Double::doubleValue).toArray(),
          values.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }
}
