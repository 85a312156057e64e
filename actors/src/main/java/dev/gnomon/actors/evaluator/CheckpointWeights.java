package dev.gnomon.actors.evaluator;

import dev.gnomon.model.checkpoint.Checkpoint;
import dev.gnomon.model.engine.WeightSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The weights of a checkpoint that is being scored.
 *
 * @param halves by name
 */
public record CheckpointWeights(long step, Map<String, WeightSet> halves) {

  private static final String TRUNK = "trunk";
  private static final String ASSIGNER = "assigner";

  public CheckpointWeights {
    halves = Map.copyOf(halves);
  }

  /** Those of a checkpoint that is here. */
  static CheckpointWeights of(Checkpoint checkpoint) {
    Map<String, WeightSet> halves = new HashMap<>();
    halves.put(TRUNK, checkpoint.weights(TRUNK));
    if (checkpoint.has(ASSIGNER)) {
      halves.put(ASSIGNER, checkpoint.weights(ASSIGNER));
    }
    return new CheckpointWeights(checkpoint.step(), halves);
  }

  WeightSet trunk() {
    return halves.get(TRUNK);
  }

  /** Empty where the run has no assigner, such as one that is conditioned on labels. */
  Optional<WeightSet> assigner() {
    return Optional.ofNullable(halves.get(ASSIGNER));
  }
}
