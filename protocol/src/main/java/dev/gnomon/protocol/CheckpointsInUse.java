package dev.gnomon.protocol;

import java.util.List;

/** Checkpoints that wait for their scores: they are not deleted. Replaces what was said before. */
public record CheckpointsInUse(Lineage lineage, List<Long> steps) implements CheckpointerMessage {
  public CheckpointsInUse {
    steps = List.copyOf(steps);
  }
}
