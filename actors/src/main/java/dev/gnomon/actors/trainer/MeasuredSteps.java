package dev.gnomon.actors.trainer;

import dev.gnomon.model.training.TrunkStep;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Steps of the trunk with what is measured of them: how long each took, and how long the lane had
 * waited for it.
 */
final class MeasuredSteps {

  /** A step that was trained, and its measures by name. */
  record Step(TrunkStep trained, Map<String, Double> measures) {}

  private volatile long readySince; // System.nanoTime of the end of the step before

  /** From now on the lane waits for the next step. */
  void ready() {
    readySince = System.nanoTime();
  }

  /** Trains a step; on the lane. */
  Step train(TrunkWork work, StepInputs.Ready inputs) {
    long began = System.nanoTime();
    double waited = seconds(began - readySince);
    TrunkStep step = work.step(inputs.batch(), inputs.conditions());
    ready();
    double took = seconds(readySince - began);
    long version = inputs.conditions().version();
    Map<String, Double> measures = new LinkedHashMap<>();
    measures.put("loss", step.loss());
    measures.put("images_per_second", inputs.batch().count() / (waited + took));
    measures.put("step_seconds", took);
    measures.put("wait_seconds", waited);
    measures.put("staleness", version < 0 ? 0.0 : step.step() - version);
    return new Step(step, measures);
  }

  /** Leaves a step out; on the lane. */
  boolean skip(TrunkWork work) {
    work.skip();
    ready();
    return true;
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
