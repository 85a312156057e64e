package dev.gnomon.tests.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the times over one dimension say.
 *
 * <p>For the network's dimensions the figures are the powers of its arithmetic with which times
 * grow, over all values (see {@link Growth#power}); a ratio of two times of 20 % noise each would
 * say less.
 *
 * <ul>
 *   <li><b>the trunk's step</b>: 1 where time grows as FLOP, less where small networks do not fill
 *       the cores, more where something else grows faster. Each is measured in turn with the base's
 *       step, and its time is counted in those.
 *   <li><b>a step of the actors</b>: the same with teacher, assigner, loader, the copies of weights
 *       and the messages.
 *   <li><b>the actors' overhead</b>: a step of {@link HollowActors}. 0 where it does not grow;
 *       below 1 its share of a step shrinks. Batches and features are as large as they are, so it
 *       has to grow with the batch, and a little with width.
 * </ul>
 *
 * <p>Teachers and evaluators share the same cores and the same work here, so n of them should be as
 * fast as one: the figure is the ratio of steps a second, four over one.
 */
final class ScalingFigures {

  private ScalingFigures() {}

  static List<Figure> of(ScalingPlot plot) {
    return plot.dimension().ofNetwork() ? growth(plot) : sharing(plot);
  }

  private static List<Figure> growth(ScalingPlot plot) {
    List<ScalingRow> rows = plot.rows();
    ScalingRow last = rows.get(rows.size() - 1);
    ToDoubleFunction<ScalingRow> flop = ScalingRow::flop;
    Map<String, Double> step = new LinkedHashMap<>();
    step.put("step ms", 1e3 * last.step());
    step.put("times", Growth.factor(rows, ScalingRow::steps));
    step.put("FLOP times", Growth.factor(rows, flop));
    step.put("over the base's time a FLOP", plot.perFlop(last));
    Map<String, Double> actors = new LinkedHashMap<>();
    actors.put("actors ms", 1e3 * last.actors());
    actors.put("times", Growth.factor(rows, ScalingRow::actors));
    actors.put("loop ms", 1e3 * last.loop());
    Map<String, Double> overhead = new LinkedHashMap<>();
    overhead.put("overhead ms", 1e3 * last.overhead());
    overhead.put("times", Growth.factor(rows, ScalingRow::overhead));
    overhead.put("share of the smallest", rows.get(0).overhead() / rows.get(0).actors());
    overhead.put("of the largest", last.overhead() / last.actors());
    String of =
        "%s %d to %d: power of FLOP in ".formatted(name(plot), rows.get(0).value(), last.value());
    return List.of(
        Figure.atMost(of + "the step", Growth.power(rows, flop, ScalingRow::steps), 1.1, 1, step),
        Figure.atMost(
            of + "the actors", Growth.power(rows, flop, ScalingRow::actors), 1.1, 1, actors),
        Figure.atMost(
            of + "their overhead", Growth.power(rows, flop, ScalingRow::overhead), 1, 0, overhead));
  }

  private static List<Figure> sharing(ScalingPlot plot) {
    List<ScalingRow> rows = plot.rows();
    Map<String, Double> measured = new LinkedHashMap<>();
    rows.forEach(row -> measured.put(row.value() + ": steps/s", 1 / row.actors()));
    rows.forEach(row -> measured.put(row.value() + ": overhead ms", 1e3 * row.overhead()));
    return List.of(
        new Figure(
            "steps a second with %d %s over those with 1"
                .formatted(rows.get(rows.size() - 1).value(), name(plot)),
            1 / Growth.factor(rows, ScalingRow::actors),
            0.85,
            0.98,
            measured));
  }

  private static String name(ScalingPlot plot) {
    return plot.dimension().name().toLowerCase(Locale.ROOT);
  }
}
