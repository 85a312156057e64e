package dev.gnomon.protocol;

import java.util.List;
import java.util.Map;

/**
 * Scores of a checkpoint.
 *
 * @param scores by name, such as {@code fd}
 * @param pictures paths of the pictures made on the way
 */
public record Scored(Lineage lineage, long step, Map<String, Double> scores, List<String> pictures)
    implements CoordinatorMessage {
  public Scored {
    scores = Ordered.copy(scores);
    pictures = List.copyOf(pictures);
  }
}
