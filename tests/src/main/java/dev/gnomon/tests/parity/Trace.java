package dev.gnomon.tests.parity;

import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.TrunkStep;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What a run of Algorithm 1 did, step by step, and the weights it ended with. */
final class Trace {

  private final Map<Long, Double> trunkLosses = new ConcurrentSkipListMap<>();
  private final Map<Long, AssignerStep> assignerSteps = new ConcurrentSkipListMap<>();
  private final Map<Long, Conditions> conditions = new ConcurrentSkipListMap<>();
  private final Map<Long, double[]> logits = new ConcurrentSkipListMap<>();
  private WeightSet weights = new WeightSet(Map.of());

  void add(TrunkStep step) {
    trunkLosses.put(step.step(), step.loss());
  }

  void add(AssignerStep step) {
    assignerSteps.put(step.step(), step);
  }

  /** What a step trained under, and the scores [B, K] its codes are the best of. */
  void add(Conditions given, double[] scores) {
    conditions.put(given.step(), given);
    logits.put(given.step(), scores);
  }

  /** Both halves after the last step: student.* and ema.* of trunk, head and prototypes. */
  void end(WeightSet trunk, WeightSet assigner) {
    Map<String, dev.gnomon.model.engine.HostTensor> both = new TreeMap<>(trunk.tensors());
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

  double[] logits(long step) {
    return logits.get(step);
  }

  WeightSet weights() {
    return weights;
  }
}
