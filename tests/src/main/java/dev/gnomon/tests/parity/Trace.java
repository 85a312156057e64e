package dev.gnomon.tests.parity;

import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.TrunkStep;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What a run of Algorithm 1 did, step by step, and the weights it ended with. */
final class Trace {

  /** Features [B, D], and the weights of head and prototypes that made codes of them. */
  record Judged(float[] features, WeightSet head) {}

  private final Map<Long, Double> trunkLosses = new ConcurrentSkipListMap<>();
  private final Map<Long, AssignerStep> assignerSteps = new ConcurrentSkipListMap<>();
  private final Map<Long, Conditions> conditions = new ConcurrentSkipListMap<>();
  private final Map<Long, Judged> judged = new ConcurrentSkipListMap<>();
  private WeightSet weights = new WeightSet(Map.of());

  void add(TrunkStep step) {
    trunkLosses.put(step.step(), step.loss());
  }

  void add(AssignerStep step) {
    assignerSteps.put(step.step(), step);
  }

  /** What a step trained under. */
  void add(Conditions given) {
    conditions.put(given.step(), given);
  }

  /** The same, with the features [B, D] it was judged by, and head and prototypes that did so. */
  void add(Conditions given, float[] features, WeightSet head) {
    add(given);
    judged.put(given.step(), new Judged(features, head));
  }

  /** Both halves after the last step: student.* and ema.* of trunk, head and prototypes. */
  void end(WeightSet trunk, WeightSet assigner) {
    Map<String, HostTensor> both = new TreeMap<>(trunk.tensors());
    both.putAll(assigner.tensors());
    weights = new WeightSet(both);
  }

  double trunkLoss(long step) {
    return trunkLosses.getOrDefault(step, Double.NaN);
  }

  AssignerStep assignerStep(long step) {
    AssignerStep found = assignerSteps.get(step);
    if (found == null) {
      throw new IncomparableException("the assigner did not do step " + step);
    }
    return found;
  }

  Conditions conditions(long step) {
    return conditions.getOrDefault(step, Conditions.none(step));
  }

  /** By what the codes of a guided step were made. */
  Judged judged(long step) {
    return judged.get(step);
  }

  WeightSet weights() {
    return weights;
  }
}
