package dev.gnomon.protocol;

import java.util.List;

/**
 * Operator: change keys of the configuration while the run goes on; all of them, or none.
 *
 * @param sets each {@code key=value}
 */
public record Change(List<String> sets) implements OperatorWish {
  public Change {
    sets = List.copyOf(sets);
  }
}
