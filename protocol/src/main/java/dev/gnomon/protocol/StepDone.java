package dev.gnomon.protocol;

import java.util.Map;

/**
 * All steps up to and with {@code step} are done by this role.
 *
 * @param measures such as loss and images per second, of that step
 */
public record StepDone(Lineage lineage, Role role, long step, Map<String, Double> measures)
    implements CoordinatorMessage {
  public StepDone {
    measures = Ordered.copy(measures);
  }
}
