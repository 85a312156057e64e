package dev.gnomon.actors.run;

import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Start;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was done in the lineage that survives: each step once, with its measures, in order.
 * Announcements of a step may be lost, doubled or late; a later one stands for all before it.
 */
final class Ledger {

  private final Map<Long, Map<String, Double>> measures = new TreeMap<>();
  private final Map<Long, String> skipped = new HashMap<>(); // reasons by step
  private List<Segment> kept = List.of();
  private long lineage;
  private long from;
  private long done;

  /** A lineage begins. */
  void begin(long lineage, Start start) {
    this.lineage = lineage;
    kept = start.ledger();
    from = start.step();
    done = start.step();
    measures.clear();
    skipped.clear();
    start.skipped().forEach(s -> skipped.put(s.step(), s.reason()));
  }

  /** Measures that a role took in step {@code k}, counted from 0. */
  void measured(long k, Map<String, Double> values) {
    if (k >= done) {
      measures.computeIfAbsent(k, unused -> new LinkedHashMap<>()).putAll(values);
    }
  }

  /** Everyone has done {@code steps} steps: those that were not reported before. */
  List<StepReport> done(long steps, long of) {
    List<StepReport> reports = new ArrayList<>();
    for (; done < steps; done++) {
      Map<String, Double> values = measures.remove(done);
      reports.add(
          new StepReport(
              lineage,
              done + 1,
              of,
              values == null ? Map.of() : values,
              Optional.ofNullable(skipped.get(done))));
    }
    return reports;
  }

  /** Steps done. */
  long done() {
    return done;
  }

  /** The steps done and the lineages they were trained in. */
  List<Segment> segments() {
    List<Segment> segments = new ArrayList<>(kept);
    if (done > from) {
      segments.add(new Segment(lineage, from, done));
    }
    return segments;
  }

  /** Steps that a return to a checkpoint of {@code step} throws away. */
  long lost(long step) {
    return Math.max(0, done - step);
  }
}
