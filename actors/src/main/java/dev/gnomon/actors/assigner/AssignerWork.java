package dev.gnomon.actors.assigner;

import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.AssignerStep;
import dev.gnomon.model.training.Conditions;
import dev.gnomon.model.training.Taps;

/** The assigner's half of the training state, as the assigner uses it, on its lane alone. */
public interface AssignerWork extends AutoCloseable {

  /** Steps done. */
  long step();

  /** Trains head and prototypes one step. */
  AssignerStep step(Taps taps);

  /** Conditions of a step from the teacher's features, [B, width], by a version that is kept. */
  Conditions conditions(long step, long version, float[] features);

  /** Everything, in host memory. */
  WeightSet save();

  /** Takes up what {@link #save} gave. */
  void restore(WeightSet saved);

  @Override
  void close();
}
